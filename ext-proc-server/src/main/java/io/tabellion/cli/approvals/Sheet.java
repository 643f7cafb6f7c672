package io.tabellion.cli.approvals;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.tabellion.approval.v1.Approval;
import io.tabellion.approval.v1.Vote;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.terminal.Printable;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One request on a terminal: the call to be decided, who asks for it, and what can be typed. */
final class Sheet {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
  private static final int SHORT_DIGEST = 16;

  private final PrintWriter out;
  private final ZoneId zone;

  Sheet(PrintWriter out, ZoneId zone) {
    this.out = out;
    this.zone = zone;
  }

  void print(Approval approval) {
    out.printf(
        "%s  %s%s%n",
        approval.getId(), approval.getState().toUpperCase(Locale.ROOT), left(approval));
    row("Call", call(approval));
    row("For", who(approval));
    row("Through", through(approval));
    row("Rules", rules(approval));
    row("Asked", time(approval.getAsked()));
    approval.getVotesList().forEach(vote -> row("Approved", vote(vote)));
    if (approval.hasBroke()) {
      row("Broke", "glass: " + vote(approval.getBroke()));
    }
    if (approval.hasReviewed()) {
      row("Reviewed", vote(approval.getReviewed()));
    } else if (approval.hasReviewBy()) {
      row("Review", "due by " + time(approval.getReviewBy()));
    }
    if (approval.getEscalatedCount() > 0) {
      row("Escalated", String.join(", ", approval.getEscalatedList()));
    }
    if (approval.hasSaid()) {
      row(approval.getAsksBack() ? "Question" : "Said", vote(approval.getSaid()));
    }
    row("Executed", approval.getIntent().isEmpty() ? "" : "as entry " + approval.getIntent());
    arguments(approval);
    if (approval.getState().equals("pending")) {
      typing(approval);
    }
  }

  /** A line of a list. */
  static String line(Approval approval) {
    return "%-16s  %-15s  %-10s  %-24s  %s  %s"
        .formatted(
            approval.getId(),
            approval.getState(),
            shortly(Duration.between(Instant.now(), instant(approval.getExpires())), approval),
            Printable.of(approval.getTarget()) + " of " + Printable.of(approval.getServer()),
            Printable.of(approval.getSubject().isEmpty() ? "?" : approval.getSubject()),
            approval.getMine() ? "(you may decide)" : "");
  }

  static String titles() {
    return "%-16s  %-15s  %-10s  %-24s  %s"
        .formatted("APPROVAL", "STATE", "TIME LEFT", "CALL", "FOR");
  }

  private static String shortly(Duration left, Approval approval) {
    return isOpen(approval) ? text(left) : "";
  }

  private static boolean isOpen(Approval approval) {
    return approval.getState().equals("pending") || approval.getState().equals("approved");
  }

  private String left(Approval approval) {
    if (!isOpen(approval)) {
      return " since " + time(approval.getChanged());
    }
    Duration left = Duration.between(Instant.now(), instant(approval.getExpires()));
    String what = approval.getState().equals("pending") ? "expires" : "can be used";
    return "  (%s %s %s, %s)"
        .formatted(
            what,
            approval.getState().equals("pending") ? "in" : "for",
            text(left),
            time(approval.getExpires()));
  }

  /** A time that is left, for people. */
  static String text(Duration left) {
    if (left.isNegative()) {
      return "0 s";
    }
    return left.toHours() > 0
        ? left.toHours() + " h " + left.toMinutesPart() + " min"
        : left.toMinutes() > 0
            ? left.toMinutes() + " min " + left.toSecondsPart() + " s"
            : left.toSeconds() + " s";
  }

  private static String call(Approval approval) {
    String target = approval.getTarget().isEmpty() ? "" : Printable.of(approval.getTarget()) + " ";
    return "%sof server %s (%s)"
        .formatted(target, Printable.of(approval.getServer()), Printable.of(approval.getMethod()));
  }

  private static String who(Approval approval) {
    List<String> parts = new ArrayList<>();
    parts.add(approval.getSubject().isEmpty() ? approval.getWorkload() : approval.getSubject());
    if (!approval.getIssuer().isEmpty()) {
      parts.add("issuer " + approval.getIssuer());
    }
    if (approval.getGroupsCount() > 0) {
      parts.add("groups " + String.join(", ", approval.getGroupsList()));
    }
    return Printable.of(String.join("; ", parts));
  }

  private static String through(Approval approval) {
    List<String> parts = new ArrayList<>();
    if (approval.getActorsCount() > 0) {
      parts.add("agents " + String.join(" > ", approval.getActorsList()));
    }
    if (!approval.getClientId().isEmpty()) {
      parts.add("client " + approval.getClientId());
    }
    if (!approval.getWorkload().isEmpty()) {
      parts.add("workload " + approval.getWorkload());
    }
    return Printable.of(String.join("; ", parts));
  }

  private static String rules(Approval approval) {
    String people = approval.getQuorum() == 1 ? "1 approval" : approval.getQuorum() + " approvals";
    return "%s (%s needed%s)"
        .formatted(
            String.join(", ", approval.getRulesList()),
            people,
            approval.getReasonRequired() ? ", each with a reason" : "");
  }

  private String vote(Vote vote) {
    String said = vote.getReason().isEmpty() ? "" : ": " + vote.getReason();
    return Printable.of(vote.getSubject() + ", " + time(vote.getAt()) + said);
  }

  private void arguments(Approval approval) {
    if (approval.getCall().isEmpty()) {
      row(
          "Message",
          isOpen(approval)
              ? "not shown: larger than 16 KiB. Look at it before you decide: ./tabellion approvals"
                  + " open "
                  + approval.getId()
              : "");
      return;
    }
    out.println("  Message  (masked as in the audit log)");
    Reading read = new JsonReader(Limits.DEFAULT).read(ByteString.copyFromUtf8(approval.getCall()));
    if (read instanceof Reading.Document(Json tree)) {
      Json shown =
          tree instanceof Json.Obj message && message.object("params") != null
              ? message.object("params")
              : tree;
      print("    ", "", shown, "");
    } else {
      out.println("    " + Printable.of(approval.getCall()));
    }
  }

  private void print(String indent, String name, Json value, String comma) {
    switch (value) {
      case Json.Obj object when !object.members().isEmpty() -> {
        out.println(indent + name + "{");
        int left = object.members().size();
        for (Map.Entry<String, Json> member : object.members().entrySet()) {
          left--;
          String key = Printable.of(JsonWriter.toText(new Json.Text(member.getKey()))) + ": ";
          print(indent + "  ", key, member.getValue(), left == 0 ? "" : ",");
        }
        out.println(indent + "}" + comma);
      }
      case Json.Array array when !array.items().isEmpty() -> {
        out.println(indent + name + "[");
        int left = array.items().size();
        for (Json item : array.items()) {
          left--;
          print(indent + "  ", "", item, left == 0 ? "" : ",");
        }
        out.println(indent + "]" + comma);
      }
      case Json.Obj _, Json.Array _, Json.Text _, Json.Num _, Json.Literal _ ->
          out.println(indent + name + Printable.of(JsonWriter.toText(value)) + comma);
    }
  }

  private void typing(Approval approval) {
    String digest = approval.getDigest();
    String shown = digest.substring(0, Math.min(SHORT_DIGEST, digest.length()));
    if (approval.getMayBreakGlass()) {
      out.printf(
          "  Break glass  ./tabellion approvals break-glass %s --digest %s --reason 'WHY'%n",
          approval.getId(), shown);
    }
    if (!approval.getMine()) {
      out.println("  You may not decide about it: the rule names other people.");
      return;
    }
    String reason = approval.getReasonRequired() ? " --reason 'WHY'" : "";
    out.printf(
        "  Approve  ./tabellion approvals approve %s --digest %s%s%n",
        approval.getId(), shown, reason);
    if (approval.hasWindow()) {
      out.printf(
          "           add --for TIME --uses N for further %scalls: up to %s, up to %d%n",
          approval.getWindowIdentical() ? "identical " : "",
          text(Duration.ofSeconds(approval.getWindow().getSeconds())),
          approval.getWindow().getUses());
    }
    out.printf("  Deny     ./tabellion approvals deny %s%s%n", approval.getId(), reason);
  }

  private void row(String name, String text) {
    if (!text.isEmpty()) {
      out.printf("  %-8s %s%n", name, text);
    }
  }

  private String time(Timestamp at) {
    return TIME.format(instant(at).atZone(zone));
  }

  private static Instant instant(Timestamp at) {
    return Instant.ofEpochSecond(at.getSeconds(), at.getNanos());
  }
}
