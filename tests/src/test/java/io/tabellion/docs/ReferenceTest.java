package io.tabellion.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The pages of reference that are generated say what the programs and the .proto files say. */
@Tag("unit")
class ReferenceTest {

  @Test
  void commands() throws IOException {
    assertPage("docs/cli.md", CliReference.page());
  }

  @Test
  void api() throws IOException {
    assertPage("docs/api.md", ApiReference.page());
  }

  @Test
  void everyProtoFileIsInTheApi() throws IOException {
    Path protos = Checkout.root().resolve("proto/src/main/proto");
    try (var files = Files.walk(protos)) {
      List<String> names =
          files
              .filter(file -> file.toString().endsWith(".proto"))
              .map(file -> protos.relativize(file).toString())
              .toList();
      assertThat(ApiReference.FILES)
          .extracting(file -> file.getName())
          .containsExactlyInAnyOrderElementsOf(names);
    }
  }

  @Test
  void commentsAreFoundByWhatTheyAreAbout() {
    ProtoComments comments =
        ProtoComments.read(
            """
            // The file.
            syntax = "proto3";

            // Lost: a blank line follows.

            service S {
              // Does it,
              // whole.
              rpc Do(A) returns (stream A);
            }
            // A message.
            message A {
              oneof key {
                // By index.
                int64 index = 1;
              }
              // Inner.
              message B {
                repeated string names = 1;
              }
              // After.
              optional a.b.C last = 2;
            }
            enum E {
              // Zero.
              E_NONE = 0;
            }
            """
                .lines()
                .toList());

    assertThat(comments.file()).isEqualTo("The file.\n");
    assertThat(comments.about("S")).isEmpty();
    assertThat(comments.about("S.Do")).isEqualTo("Does it,\nwhole.");
    assertThat(comments.about("A")).isEqualTo("A message.");
    assertThat(comments.about("A.index")).isEqualTo("By index.");
    assertThat(comments.about("A.B")).isEqualTo("Inner.");
    assertThat(comments.about("A.B.names")).isEmpty();
    assertThat(comments.about("A.last")).isEqualTo("After.");
    assertThat(comments.about("E.E_NONE")).isEqualTo("Zero.");
  }

  private static void assertPage(String name, String expected) throws IOException {
    Path page = Checkout.root().resolve(name);
    if ("write".equals(System.getProperty("reference"))) {
      Files.writeString(page, expected);
    }
    assertThat(Files.exists(page) ? Files.readString(page) : "")
        .as(name + " is up to date (else: ./tabellion test ReferenceTest -Dreference=write)")
        .isEqualTo(expected);
  }
}
