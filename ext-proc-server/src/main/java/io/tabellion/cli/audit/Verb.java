package io.tabellion.cli.audit;

import com.google.protobuf.ByteString;
import io.tabellion.audit.v1.AuditServiceGrpc;
import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.tabellion.audit.v1.Content;
import io.tabellion.audit.v1.SearchEntriesRequest;
import io.tabellion.terminal.Printable;

/** A verb that asks the audit API. */
abstract class Verb extends ApiVerb<AuditServiceBlockingStub> {
  /** Characters of a content that stand among other things. */
  private static final int LONGEST = 2000;

  Verb() {
    super(AuditServiceGrpc::newBlockingStub);
  }

  /**
   * Returns the id of the newest call.
   *
   * @param none what is said where there is none yet
   */
  static String newestCall(AuditServiceBlockingStub stub, String none) {
    SearchEntriesRequest.Builder newest = SearchEntriesRequest.newBuilder().setPageSize(1);
    newest.getFilterBuilder().addKinds("call.intent");
    return stub.searchEntries(newest.build()).getEntriesList().stream()
        .findFirst()
        .orElseThrow(() -> new CliException(none))
        .getId();
  }

  /** Prints a content in one line, cut where it is long; nothing unless it is shown. */
  void say(String what, Content said) {
    if (said.getState() == Content.State.PRESENT) {
      say(what, said.getBytes());
    }
  }

  void say(String what, ByteString said) {
    String text = Printable.of(said.toStringUtf8());
    boolean cut = text.length() > LONGEST;
    out().println(what + ": " + (cut ? text.substring(0, LONGEST) + "…" : text));
  }
}
