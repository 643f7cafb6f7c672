package io.tabellion.mcp;

import static io.tabellion.mcp.Messages.object;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class ListFilterTest {

  @Test
  void hidesWhatIsNotShownAndKeepsAllElse() {
    ListFilter.Filtered filtered =
        ListFilter.TOOLS.filter(
            object(
                "{'_meta':{'a':1},'tools':[{'name':'a','x':1E2},{'name':'b'},{'name':'c'}],'nextCursor':'n'}"),
            Era.SESSION,
            (name, _) -> !name.equals("b"));
    assertThat(filtered.result())
        .isEqualTo(
            object(
                "{'_meta':{'a':1},'tools':[{'name':'a','x':1E2},{'name':'c'}],'nextCursor':'n'}"));
    assertThat(filtered.hidden()).containsExactly("b");
  }

  @Test
  void returnsTheSameTreeWhenNothingIsHidden() {
    var result = object("{'tools':[{'name':'a'}]}");
    assertThat(ListFilter.TOOLS.filter(result, Era.SESSION, (name, _) -> true))
        .isEqualTo(new ListFilter.Filtered(result, List.of(), List.of()));
  }

  /** A page that hides nothing from one caller may hide from the next. */
  @Test
  void theStatelessEraKeepsListsPrivate() {
    assertThat(
            ListFilter.TOOLS
                .filter(
                    object("{'cacheScope':'public','tools':[],'ttlMs':5}"),
                    Era.STATELESS,
                    (n, _) -> true)
                .result())
        .isEqualTo(object("{'cacheScope':'private','tools':[],'ttlMs':5}"));
    assertThat(
            ListFilter.TOOLS.filter(
                object("{'tools':[{'name':'a'}]}"), Era.STATELESS, (n, _) -> false))
        .isEqualTo(
            new ListFilter.Filtered(
                object("{'tools':[],'cacheScope':'private'}"), List.of("a"), List.of()));
  }

  /** Row 29: a tool that could not be called is not shown. */
  @Test
  void hidesItemsWithoutAUsableName() {
    ListFilter.Filtered filtered =
        ListFilter.TOOLS.filter(
            object(
                "{'tools':[7,{},{'name':7},{'name':''},{'name':'a '},{'name':'d\u200Bl'},{'name':'d\u202El'},{'name':'d\uE000l'}]}"),
            Era.SESSION,
            (name, _) -> true);
    assertThat(filtered.result()).isEqualTo(object("{'tools':[]}"));
    assertThat(filtered.hidden()).isEmpty();
    assertThat(filtered.leftOut())
        .extracting(ListFilter.LeftOut::why)
        .containsExactly(
            ListFilter.Why.NO_NAME,
            ListFilter.Why.NO_NAME,
            ListFilter.Why.NO_NAME,
            ListFilter.Why.NO_NAME,
            ListFilter.Why.NAME_EDGE,
            ListFilter.Why.NAME_INVISIBLE,
            ListFilter.Why.NAME_CONTROL,
            ListFilter.Why.NAME_UNASSIGNED);
  }

  /** Case 10. */
  @Test
  void showsNamesOfAnyScript() {
    var result =
        object(
            "{'tools':[{'name':'greet (structured)'},{'name':'elicit (form)'},{'name':'github/create_issue'},"
                + "{'name':'db:query'},{'name':'Get Weather'},{'name':'\u67E5\u8BE2\u5929\u6C14'},{'name':'d\u0435l'},{'name':'del'}]}");
    assertThat(ListFilter.TOOLS.filter(result, Era.SESSION, (name, _) -> true))
        .isEqualTo(new ListFilter.Filtered(result, List.of(), List.of()));
  }

  @Test
  void namesThatCannotBeToldApartAreContested() {
    for (ListFilter list : List.of(ListFilter.TOOLS, ListFilter.PROMPTS)) {
      String items = list.member();
      ListFilter.Filtered filtered =
          list.filter(
              object("{'%s':[{'name':'Find'},{'name':'other'},{'name':'find'}]}".formatted(items)),
              Era.SESSION,
              (name, _) -> true);
      assertThat(filtered.result()).isEqualTo(object("{'%s':[{'name':'other'}]}".formatted(items)));
      assertThat(filtered.leftOut())
          .extracting(ListFilter.LeftOut::why)
          .containsOnly(ListFilter.Why.SAME_NAME)
          .hasSize(2);
    }
  }

  /** URIs that differ in case name different resources. */
  @Test
  void urisAreLookedAtCharacterByCharacterOnly() {
    ListFilter.Filtered filtered =
        ListFilter.RESOURCES.filter(
            object("{'resources':[{'uri':'x:A'},{'uri':'x:a'},{'uri':'x:a'},{'uri':'x:\u202E'}]}"),
            Era.SESSION,
            (name, _) -> true);
    assertThat(filtered.result()).isEqualTo(object("{'resources':[{'uri':'x:A'},{'uri':'x:a'}]}"));
    assertThat(filtered.leftOut())
        .extracting(ListFilter.LeftOut::why)
        .containsExactly(ListFilter.Why.SAME_NAME, ListFilter.Why.NAME_CONTROL);
  }

  @Test
  void aListThatIsNoneIsTakenOut() {
    assertThat(
            ListFilter.TOOLS.filter(object("{'tools':{'a':1},'b':2}"), Era.SESSION, (n, _) -> true))
        .isEqualTo(new ListFilter.Filtered(object("{'b':2}"), List.of(""), List.of()));
    assertThat(ListFilter.TOOLS.filter(object("{'b':2}"), Era.SESSION, (n, _) -> true))
        .isEqualTo(new ListFilter.Filtered(object("{'b':2}"), List.of(), List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "RESOURCES_LIST | {'resources':[{'uri':'x','name':'y'},{'uri':'z z'}]} | {'resources':[{'uri':'z z'}]}",
        "RESOURCE_TEMPLATES_LIST | {'resourceTemplates':[{'uriTemplate':'x'}]} | {'resourceTemplates':[]}",
        "PROMPTS_LIST | {'prompts':[{'name':'x'},{'name':'y y'}]} | {'prompts':[{'name':'y y'}]}",
      })
  void otherListsAreFilteredByTheirKey(Method method, String before, String after) {
    ListFilter filter = ListFilter.of(method).orElseThrow();
    assertThat(filter.filter(object(before), Era.SESSION, (name, _) -> !name.equals("x")))
        .isEqualTo(new ListFilter.Filtered(object(after), List.of("x"), List.of()));
  }

  @Test
  void onlyListsHaveAFilter() {
    assertThat(ListFilter.of(Method.TOOLS_CALL)).isEmpty();
    assertThat(ListFilter.of(Method.TOOLS_LIST)).contains(ListFilter.TOOLS);
  }
}
