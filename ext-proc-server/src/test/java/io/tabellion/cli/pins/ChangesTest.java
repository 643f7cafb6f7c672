package io.tabellion.cli.pins;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChangesTest {

  @Test
  void showsEachValueThatDiffers() {
    assertThat(
            Changes.between(
                "{\"a\":1,\"b\":{\"c\":[1,2],\"gone\":{}},\"same\":\"x\"}",
                "{\"b\":{\"c\":[1,3,4],\"x/y\":true},\"same\":\"x\",\"a\":\"1\"}"))
        .containsExactly(
            "- /a: 1",
            "+ /a: \"1\"",
            "- /b/c/1: 2",
            "+ /b/c/1: 3",
            "+ /b/c/2: 4",
            "- /b/gone: {}",
            "+ /b/x~1y: true");
  }

  @Test
  void allIsNewWhereNothingWas() {
    assertThat(Changes.between("", "{\"a\":1}")).containsExactly("+ /a: 1");
    assertThat(Changes.between("{\"a\":1}", "{\"a\":1}")).isEmpty();
  }
}
