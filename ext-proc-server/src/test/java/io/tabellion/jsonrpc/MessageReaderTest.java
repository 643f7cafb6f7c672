package io.tabellion.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.pace.Turns;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class MessageReaderTest {
  private final MessageReader reader = new MessageReader(Limits.DEFAULT);

  @Test
  void readsEachKindOfMessage() {
    assertThat(single("{'jsonrpc':'2.0','id':7,'method':'ping'}"))
        .isInstanceOfSatisfying(
            Envelope.Request.class,
            request -> {
              assertThat(request.id()).isEqualTo(new RequestId.Num("7"));
              assertThat(request.method()).isEqualTo("ping");
              assertThat(request.params()).isNull();
            });
    assertThat(single("{'params':{'a':1},'method':'n','jsonrpc':'2.0'}"))
        .isInstanceOfSatisfying(
            Envelope.Notification.class,
            notification -> assertThat(notification.params()).isNotNull());
    assertThat(single("{'jsonrpc':'2.0','id':'7','result':null}"))
        .isInstanceOfSatisfying(
            Envelope.Result.class,
            result -> assertThat(result.id()).isEqualTo(new RequestId.Text("7")));
    assertThat(single("{'jsonrpc':'2.0','id':1,'error':{'code':-1,'message':'m','data':[]}}"))
        .isInstanceOfSatisfying(
            Envelope.Failure.class, failure -> assertThat(failure.id()).isNotNull());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "'id':null,"})
  void anErrorMayHaveNoId(String id) {
    assertThat(single("{'jsonrpc':'2.0'," + id + "'error':{'code':-32700,'message':''}}"))
        .isInstanceOfSatisfying(
            Envelope.Failure.class, failure -> assertThat(failure.id()).isNull());
  }

  @Test
  void numbersAndStringsAreDifferentIds() {
    assertThat(RequestId.of(new Json.Num("7"))).isNotEqualTo(RequestId.of(new Json.Text("7")));
    assertThat(RequestId.of(new Json.Num("-7"))).isEqualTo(new RequestId.Num("-7"));
    assertThat(new RequestId.Num("7").toJson()).isEqualTo(Json.Num.of(7));
  }

  /** Row 14. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'id':1,'method':'m'} | #/jsonrpc",
        "{'jsonrpc':'1.0','id':1,'method':'m'} | #/jsonrpc",
        "{'jsonrpc':2.0,'id':1,'method':'m'} | #/jsonrpc",
        "{'jsonrpc':'2.0','id':1} | #",
        "{'jsonrpc':'2.0'} | #",
        "{'jsonrpc':'2.0','id':7,'result':{},'method':'tools/call'} | #",
        "{'jsonrpc':'2.0','id':7,'result':{},'error':{'code':1,'message':''}} | #",
        "{'jsonrpc':'2.0','id':7,'error':{'code':1,'message':''},'method':'m'} | #",
        "{'jsonrpc':'2.0','id':null,'method':'m'} | #/id",
        "{'jsonrpc':'2.0','id':7.5,'method':'m'} | #/id",
        "{'jsonrpc':'2.0','id':7.0,'method':'m'} | #/id",
        "{'jsonrpc':'2.0','id':7e0,'method':'m'} | #/id",
        "{'jsonrpc':'2.0','id':-0,'method':'m'} | #/id",
        "{'jsonrpc':'2.0','id':{},'method':'m'} | #/id",
        "{'jsonrpc':'2.0','id':[1],'method':'m'} | #/id",
        "{'jsonrpc':'2.0','id':true,'method':'m'} | #/id",
        "{'jsonrpc':'2.0','result':{}} | #/id",
        "{'jsonrpc':'2.0','id':null,'result':{}} | #/id",
        "{'jsonrpc':'2.0','id':1.5,'error':{'code':1,'message':''}} | #/id",
        "{'jsonrpc':'2.0','id':1,'method':''} | #/method",
        "{'jsonrpc':'2.0','id':1,'method':7} | #/method",
        "{'jsonrpc':'2.0','id':1,'method':null} | #/method",
        "{'jsonrpc':'2.0','id':1,'method':'m','params':[]} | #/params",
        "{'jsonrpc':'2.0','id':1,'method':'m','params':null} | #/params",
        "{'jsonrpc':'2.0','id':1,'method':'m','params':'x'} | #/params",
        "{'jsonrpc':'2.0','id':1,'result':{},'params':{}} | #/params",
        "{'jsonrpc':'2.0','id':1,'error':'x'} | #/error",
        "{'jsonrpc':'2.0','id':1,'error':{'message':''}} | #/error/code",
        "{'jsonrpc':'2.0','id':1,'error':{'code':1.5,'message':''}} | #/error/code",
        "{'jsonrpc':'2.0','id':1,'error':{'code':'1','message':''}} | #/error/code",
        "{'jsonrpc':'2.0','id':1,'error':{'code':1}} | #/error/message",
        "{'jsonrpc':'2.0','id':1,'error':{'code':1,'message':'','Message':''}} | #/error",
        "{'jsonrpc':'2.0','id':1,'method':'m','extra':1} | #",
        "{'jsonrpc':'2.0','id':1,'result':{},'Result':{}} | #",
        "{'jsonrpc':'2.0','id':1,'method':'m','_meta':{}} | #",
        "7 | #",
        "'x' | #",
        "null | #"
      })
  void refusesAmbiguousEnvelopes(String message, String where) {
    assertThat(malformed(message).code()).isEqualTo(Parsed.Malformed.NOT_A_MESSAGE);
    assertThat(malformed(message).where()).isEqualTo(where);
  }

  /** Row 2: each of these is a member to some reader. */
  @ParameterizedTest
  @ValueSource(
      strings = {"Method", "METHOD", "method\\u0000", "\\uff4dethod", "methoD", "method\\u200b"})
  void refusesMembersThatLookLikeOnesOfTheEnvelope(String name) {
    assertThat(malformed("{'jsonrpc':'2.0','id':1,'method':'ping','" + name + "':'tools/call'}"))
        .isEqualTo(
            Parsed.Malformed.message(
                "#", "no member but jsonrpc, id, method, params, result, error"));
  }

  /** Row 1, with its test inputs. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'echo','name':'x'}}",
        "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{},'params':{}}",
        "{'jsonrpc':'2.0','id':1,'method':'ping','params':{},'method':'tools/call'}",
        "{'jsonrpc':'2.0','id':1,'result':{'content':[{'type':'text','text':'a','text':'b'}]}}"
      })
  void refusesDuplicates(String message) {
    assertThat(malformed(message).code()).isEqualTo(Parsed.Malformed.NOT_A_MESSAGE);
  }

  /** Row 7. */
  @Test
  void readsBatchesElementByElement() {
    String ping = "{'jsonrpc':'2.0','id':1,'method':'ping'}";
    String note = "{'jsonrpc':'2.0','method':'n'}";
    String answer = "{'jsonrpc':'2.0','id':1,'result':{}}";
    assertThat(read("[" + ping + "," + note + "," + answer + "]"))
        .isInstanceOfSatisfying(
            Parsed.Batch.class, batch -> assertThat(batch.envelopes()).hasSize(3));
    assertThat(malformed("[]").where()).isEqualTo("#");
    assertThat(malformed("[[" + ping + "]]").where()).isEqualTo("#/0");
    assertThat(malformed("[" + note + ",7]").where()).isEqualTo("#/1");
    assertThat(malformed("[" + note + ",{'jsonrpc':'2.0'}]").where()).isEqualTo("#/1");
    assertThat(malformed("[" + ping + "," + ping + "]").where()).isEqualTo("#/1/id");
    assertThat(malformed("[" + answer + "," + answer + "]").where()).isEqualTo("#/1/id");
    assertThat(malformed("[" + (note + ",").repeat(100) + note + "]").where()).isEqualTo("#");
  }

  @Test
  void keepsTheWholeTree() {
    Envelope envelope = single("{'jsonrpc':'2.0','id':1,'method':'m','params':{'n':1E2}}");
    assertThat(JsonWriter.toText(envelope.tree()))
        .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"n\":1E2}}");
  }

  @Test
  @Timeout(60)
  void readingManyValuesTakesItsTurn() throws InterruptedException {
    Turns turns = new Turns(1);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Thread other =
        Thread.startVirtualThread(() ->
            turns
                .of("loud")
                .<Boolean, RuntimeException>run(
                    Turns.FREE + 1L,
                    () -> {
                      begun.countDown();
                      return awaits(release);
                    }));
    begun.await();
    ByteString many = ByteString.copyFromUtf8("[" + "1,".repeat(20_000) + "1]");
    Thread reading =
        Thread.startVirtualThread(
            () -> turns.of("quiet").<Parsed, RuntimeException>run(0, () -> reader.read(many)));
    while (reading.isAlive() && turns.waiting() == 0) {
      Thread.onSpinWait();
    }
    assertThat(turns.waiting()).isEqualTo(1);
    release.countDown();
    reading.join();
    other.join();
  }

  private static boolean awaits(CountDownLatch latch) {
    try {
      return latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Envelope single(String message) {
    Parsed parsed = read(message);
    assertThat(parsed).isInstanceOf(Parsed.Single.class);
    return ((Parsed.Single) parsed).envelope();
  }

  private Parsed.Malformed malformed(String message) {
    Parsed parsed = read(message);
    assertThat(parsed).isInstanceOf(Parsed.Malformed.class);
    return (Parsed.Malformed) parsed;
  }

  private Parsed read(String message) {
    return reader.read(ByteString.copyFromUtf8(message.replace('\'', '"')));
  }
}
