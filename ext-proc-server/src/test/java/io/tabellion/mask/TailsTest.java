package io.tabellion.mask;

import static io.tabellion.mask.Masks.KEYS;
import static io.tabellion.mask.Masks.found;
import static io.tabellion.mask.Masks.json;
import static io.tabellion.mask.Masks.plan;
import static io.tabellion.mask.Masks.quoted;
import static io.tabellion.mask.Masks.result;
import static io.tabellion.mask.Masks.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Masking;
import io.tabellion.mask.rule.Operator;
import io.tabellion.mask.rule.Selector;
import io.tabellion.mask.stream.Deliveries;
import io.tabellion.mask.stream.Tails;
import io.tabellion.mask.stream.Talk;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Values that are cut over messages of a stream, and streams that repeat messages of others. */
@Tag("unit")
final class TailsTest {
  private static final MaskRule BOTH = found(Operator.Replace.NAMED, Where.BOTH);
  private static final MaskRule RECORD = found(Operator.Replace.NAMED, Where.RECORD);
  private static final String ID = "00000000000000aa";
  private static final String OTHER_ID = "00000000000000bb";

  private final Masker masker = new Masker(KEYS, null);

  private static String log(String text) {
    return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\","
        + "\"logger\":\"pay\",\"data\":"
        + quoted(text)
        + "}}";
  }

  private static String progress(String text) {
    return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":1,"
        + "\"progress\":1,\"message\":"
        + quoted(text)
        + "}}";
  }

  private static String ping() {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
  }

  private static String answer(String text) {
    return result("{\"content\":[{\"type\":\"text\",\"text\":" + quoted(text) + "}]}");
  }

  private Masked mask(Tails tails, String message, MaskRule... rules) {
    Json tree = json(message);
    return masker.mask(tree, tree, plan(rules), tails);
  }

  private String sent(Tails tails, String message) {
    return text(mask(tails, message, BOTH).forwarded());
  }

  /** What of the messages goes on, on one stream. */
  private List<String> sent(Tails tails, List<String> messages) {
    return messages.stream().map(message -> sent(tails, message)).toList();
  }

  @Test
  void aValueCutOverManyMessagesIsMaskedInTheLast() {
    for (int parts = 2; parts <= 16; parts++) {
      String card = "4111111111111111";
      List<String> cut = new ArrayList<>();
      for (int i = 0; i < parts; i++) {
        cut.add(log(card.substring(16 * i / parts, 16 * (i + 1) / parts)));
      }
      List<String> expected = new ArrayList<>(cut.subList(0, parts - 1));
      expected.add(log("[CARD]"));
      assertThat(sent(new Tails(), cut)).isEqualTo(expected);
    }
  }

  @Test
  void thatAPartWentOutIsTold() {
    Tails tails = new Tails();
    sent(tails, List.of(log("card 41111"), log("11111")));
    assertThat(mask(tails, log("111111 ok"), BOTH).places())
        .containsExactly("CARD both 1 /params/data", "CARD split 1 /params/data");
    assertThat(mask(tails, log("no more"), BOTH).places()).isEmpty();
  }

  @Test
  void otherMessagesMayStandBetween() {
    for (String between :
        List.of(ping(), progress("half"), log("still here"), answer("4 of 7 ok"), log("12 345"))) {
      List<String> messages = List.of(log("card 4111 1111"), between, log(" 1111 1111 ok"));
      assertThat(sent(new Tails(), messages))
          .containsExactly(messages.get(0), between, log("[CARD] ok"));
    }
    List<String> three =
        List.of(log("41111"), progress("a"), log("11111"), ping(), progress("b"), log("111111"));
    assertThat(sent(new Tails(), three).getLast()).isEqualTo(log("[CARD]"));
  }

  @Test
  void aValueGoesOnInAMessageOfAnotherKind() {
    List<String> messages = List.of(log("card 4111 "), progress("1111 1111"), answer(" 1111 ok"));
    assertThat(sent(new Tails(), messages).getLast()).isEqualTo(answer("[CARD] ok"));
    List<String> between = List.of(log("card 4111 1111"), progress("x"), answer(" 1111 1111 ok"));
    assertThat(sent(new Tails(), between).getLast()).isEqualTo(answer("[CARD] ok"));
  }

  @Test
  void whatWasWholeDoesNotGoOnInTheWordBehindIt() {
    List<String> mails = List.of(log("by jane@example.com"), log("hello"), log("again"));
    assertThat(sent(new Tails(), mails))
        .containsExactly(log("by [EMAIL]"), log("hello"), log("again"));
    List<String> cut = List.of(log("by jane@exam"), log("ple.com"), log("hello"));
    assertThat(sent(new Tails(), cut).subList(1, 3)).containsExactly(log("[EMAIL]"), log("hello"));
  }

  @Test
  void whatWasFoundInTheFirstDigitsHidesNothingOfTheRest() {
    Masking all =
        new Masking(
            List.of(
                new MaskRule(
                    "a",
                    null,
                    Set.of("PHONE", "CREDIT_CARD"),
                    0.3,
                    Map.of(),
                    Operator.Replace.NAMED,
                    Where.BOTH)));
    Tails tails = new Tails();
    List<String> shown = new ArrayList<>();
    for (String text : List.of("phone 40128", "88888", "881881 ok")) {
      Json tree = json(log(text));
      shown.add(text(masker.mask(tree, tree, all, tails).forwarded()));
    }
    assertThat(shown).containsExactly(log("phone 40128"), log("[PHONE]"), log("[CREDIT_CARD] ok"));
  }

  @Test
  void wholeDigitsDoNotGoOn() {
    assertThat(sent(new Tails(), List.of(log("4111 1111 1111 1111"), log("1111"))))
        .containsExactly(log("[CARD]"), log("1111"));
  }

  @Test
  void aMessageThatWentNowhereChangesNothingAndItsRecordIsMasked() {
    Tails tails = new Tails();
    sent(tails, log("card 4111 1111"));
    Masked dropped = masker.mask(null, json(log(" 1111 1111")), plan(BOTH), tails);
    assertThat(text(dropped.recorded())).isEqualTo(log("[CARD]"));
    assertThat(dropped.forwarded()).isNull();
    for (String other : List.of(log("98"), log("99"))) {
      masker.mask(null, json(other), plan(BOTH), tails);
    }
    assertThat(sent(tails, log(" 1111 1111"))).isEqualTo(log("[CARD]"));
  }

  @Test
  void memoryAndWorkAreBounded() {
    Tails tails = new Tails();
    for (int i = 0; i < 200; i++) {
      sent(tails, log("lorem ipsum ".repeat(100)));
      sent(tails, result("[" + "\"x\",".repeat(500) + "\"41111\"]"));
    }
    for (Talk talk : Talk.values()) {
      for (int number = 0; number < 10; number++) {
        List<Tails.Tail> before = tails.before(talk, number);
        assertThat(before).hasSizeLessThanOrEqualTo(number == 0 ? 4 : number < 8 ? 2 : 0);
        before.forEach(tail -> assertThat(tail.text().length()).isLessThanOrEqualTo(Tails.LONGEST));
      }
    }
    assertThat(sent(tails, progress("11111111111"))).isEqualTo(progress("[CARD]"));
    tails.clear();
    assertThat(tails.before(Talk.LOG, 0)).isEmpty();
  }

  // What is sent again.

  @Test
  void aRestThatComesAgainByItselfIsMaskedAgain() {
    Deliveries session = new Deliveries(true);
    Tails first = session.answering();
    String rest = log(" 1111 1111 ok");
    sent(first, log("card 4111 1111"));
    first.passed(ID);
    assertThat(sent(first, rest)).isEqualTo(log("[CARD] ok"));
    first.passed(OTHER_ID);
    for (Tails again :
        List.of(
            session.resuming(ID),
            session.resuming(OTHER_ID),
            session.resuming("00000000000000cc"),
            session.listening(),
            session.answering(),
            session.again(),
            first)) {
      Masked masked = mask(again, rest, BOTH);
      assertThat(text(masked.forwarded())).isEqualTo(log("[CARD] ok"));
      assertThat(text(masked.recorded())).isEqualTo(log("[CARD] ok"));
      assertThat(masked.places())
          .containsExactly("CARD both 1 /params/data", "CARD split 1 /params/data");
    }
  }

  @Test
  void bytesThatSayTheSameAreTheSame() {
    Deliveries session = new Deliveries(true);
    sent(session.answering(), List.of(log("card 4111 1111"), log(" 1111 1111 ok")));
    String same = log(" 1111 1111 ok").replace("\"data\":\" 1", "\"data\" :  \"\\u0020\\u0031");
    assertThat(sent(session.resuming(ID), same)).isEqualTo(log("[CARD] ok"));
  }

  @Test
  void whatWentOnWholeGoesOnWholeAgain() {
    Deliveries session = new Deliveries(true);
    Tails first = session.answering();
    List<String> messages = List.of(log("12 of 99"), progress("50 %"), answer("7 rows"));
    assertThat(sent(first, messages)).isEqualTo(messages);
    first.passed(ID);
    assertThat(sent(session.resuming(ID), messages)).isEqualTo(messages);
    assertThat(sent(session.resuming(OTHER_ID), messages.reversed()))
        .isEqualTo(messages.reversed());
  }

  @Test
  void behindAnEventOfWhichNobodyKnowsTheRestOfAValueIsMasked() {
    Deliveries session = new Deliveries(false);
    assertThat(sent(session.resuming(ID), List.of(log(" 1111 1111, thanks"), log("2 more"))))
        .containsExactly(log("[CUT], thanks"), log("2 more"));
    Masked masked = mask(session.resuming(ID), log("mple.com is it"), RECORD);
    assertThat(text(masked.forwarded())).isEqualTo(log("mple.com is it"));
    assertThat(text(masked.recorded())).isEqualTo(log("[CUT] is it"));
    assertThat(masked.places())
        .containsExactly("CUT record 1 /params/data", "CUT split 1 /params/data");
  }

  @Test
  void aRestIsMaskedOnlyWhereARuleLooksForSomething() {
    MaskRule elsewhere =
        new MaskRule(
            "e",
            Selector.parse("/params/message"),
            Set.of("ALL"),
            0,
            Map.of(),
            Operator.Replace.NAMED,
            Where.BOTH);
    Tails tails = new Deliveries(false).resuming(ID);
    assertThat(text(mask(tails, log("1111 ok"), elsewhere).recorded())).isEqualTo(log("1111 ok"));
    assertThat(text(mask(tails, progress("1111 ok"), elsewhere).recorded()))
        .isEqualTo(progress("[CUT] ok"));
  }

  @Test
  void whatWasMaskedSoIsMaskedSoAgain() {
    Deliveries session = new Deliveries(false);
    Tails resumed = session.resuming(ID);
    assertThat(sent(resumed, log("1111 ok"))).isEqualTo(log("[CUT] ok"));
    assertThat(sent(session.resuming(ID), List.of(log("x"), log("1111 ok"))))
        .containsExactly(log("x"), log("[CUT] ok"));
  }

  @Test
  void eachKindOfMessageIsUnsureOnce() {
    Deliveries session = new Deliveries(false);
    Tails resumed = session.listening();
    assertThat(sent(resumed, List.of(progress("a"), ping(), log("1111"), log("1111 2"))))
        .containsExactly(progress("a"), ping(), log("[CUT]"), log("1111 2"));
  }

  /** A server that primes a stream and closes it has said nothing that goes on. */
  @Test
  void behindAnEventThatNothingWentBeforeNothingIsUnsure() {
    Deliveries session = new Deliveries(true);
    Tails primed = session.answering();
    primed.passed(ID);
    assertThat(sent(session.resuming(ID), answer("1111 ok"))).isEqualTo(answer("1111 ok"));
    sent(primed, progress("12"));
    assertThat(sent(session.resuming(ID), answer("2222 ok"))).isEqualTo(answer("[CUT] ok"));
  }

  @Test
  void anIdThatTwoStreamsGaveTellsNothing() {
    Deliveries session = new Deliveries(true);
    session.answering().passed(ID);
    session.answering().passed(ID);
    assertThat(sent(session.resuming(ID), answer("1111 ok"))).isEqualTo(answer("[CUT] ok"));
  }

  @Test
  void aStreamThatIsResumedAgainGoesOnFromAllThatWasSaidOnIt() {
    Deliveries session = new Deliveries(true);
    Tails primed = session.answering();
    primed.passed(ID);
    Tails resumed = session.resuming(ID);
    sent(resumed, log("card 4111 1111"));
    resumed.passed(ID);
    resumed.passed(OTHER_ID);
    assertThat(sent(session.resuming(OTHER_ID), log(" 1111 1111"))).isEqualTo(log("[CUT]"));
  }

  @Test
  void aStreamWithoutIdsThatTheClientOpensAgainIsUnsure() {
    Deliveries session = new Deliveries(true);
    Tails first = session.listening();
    assertThat(sent(first, log("1111 1"))).isEqualTo(log("1111 1"));
    assertThat(sent(session.listening(), log("1111 2"))).isEqualTo(log("[CUT]"));
    assertThat(sent(session.answering(), log("1111 3"))).isEqualTo(log("1111 3"));
  }

  @Test
  void streamsOfASessionAreApart() {
    Deliveries session = new Deliveries(true);
    Tails one = session.answering();
    Tails other = session.answering();
    sent(one, log("card 4111 1111"));
    sent(other, log("order 12"));
    assertThat(sent(other, log(" 1111 1111"))).isEqualTo(log(" 1111 1111"));
    assertThat(sent(one, log(" 1111 1111 ok"))).isEqualTo(log("[CARD] ok"));
  }

  @Test
  void aServerThatFloodsMakesUsForgetAndThenAllIsUnsure() {
    Deliveries session = new Deliveries(true);
    Tails stream = session.answering();
    stream.passed(ID);
    sent(stream, List.of(log("card 4111 1111"), log(" 1111 1111 ok")));
    for (int i = 0; i < Deliveries.MOST; i++) {
      Tails other = session.answering();
      sent(other, List.of(log("card 4111 1111"), log(" 1111 1111 " + i)));
      other.passed("%016x".formatted(i + 1000));
    }
    assertThat(sent(session.resuming(ID), log(" 1111 1111 ok"))).isEqualTo(log("[CUT] ok"));
    Tails prime = session.answering();
    prime.passed(OTHER_ID);
    assertThat(sent(session.resuming(OTHER_ID), log("1111"))).isEqualTo(log("[CUT]"));
  }

  /** Whatever is said, and however it is sent again: no piece is seen that was not. */
  @Test
  void whatComesAgainShowsNoMoreInWhateverOrder() {
    Random random = new Random(20261124);
    int cut = 0;
    for (int round = 0; round < 300; round++) {
      List<String> messages = new ArrayList<>();
      List<String> pieces = pieces(random);
      for (int i = 0; i < pieces.size(); i++) {
        String text = pieces.get(i) + (i % 3 == 2 ? " end" + i : "");
        messages.add(
            switch (random.nextInt(5)) {
              case 0 -> progress(text);
              case 1 -> result("{\"content\":[{\"type\":\"text\",\"text\":" + quoted(text) + "}]}");
              default -> log(text);
            });
      }
      Deliveries session = new Deliveries(random.nextBoolean());
      Tails first = random.nextBoolean() ? session.answering() : session.listening();
      first.passed(ID);
      List<String> shown = sent(first, messages);
      List<Integer> order = new ArrayList<>(IntStream.range(0, messages.size()).boxed().toList());
      for (int again = 0; again < 3; again++) {
        Collections.shuffle(order, random);
        Tails tails = again == 0 ? session.resuming(ID) : session.listening();
        for (int i : order.subList(random.nextInt(order.size()), order.size())) {
          Masked masked = mask(tails, messages.get(i), BOTH, RECORD);
          String piece = pieces.get(i);
          if (!shown.get(i).contains(piece)) {
            cut++;
            assertThat(text(masked.forwarded())).doesNotContain(piece);
            assertThat(text(masked.recorded())).doesNotContain(piece);
          }
        }
      }
    }
    assertThat(cut).isGreaterThan(100);
  }

  /** Cards and addresses, cut; each piece is there once. */
  private static List<String> pieces(Random random) {
    List<String> pieces = new ArrayList<>();
    for (int value = 0; value < 4; value++) {
      String whole =
          random.nextBoolean()
              ? "4%015d".formatted(random.nextLong(1_000_000_000_000_000L))
              : "jane" + "abcdefgh".charAt(value) + "@example.com";
      int parts = 1 + random.nextInt(4);
      for (int i = 0; i < parts; i++) {
        pieces.add(whole.substring(whole.length() * i / parts, whole.length() * (i + 1) / parts));
      }
    }
    return pieces;
  }
}
