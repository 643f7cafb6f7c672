package io.tabellion.authzen;

import com.google.protobuf.ByteString;
import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.Requester;
import io.tabellion.approval.Vote;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.policy.Question;
import io.tabellion.trail.ApprovalView;
import io.tabellion.trail.SeeApprovals;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What approvers see of a request. The profile leaves this open; subject, action, resource and
 * context are those of AuthZEN's binding for MCP (COAZ-MCP draft 1, "Default Mappings"), the other
 * members are ours.
 *
 * <p>Pure and thread-safe.
 */
final class Reviews {
  private static final JsonReader JSON = new JsonReader(Limits.DEFAULT);

  private Reviews() {}

  static Json.Obj list(SeeApprovals.Answer answer) {
    return Json.Obj.EMPTY
        .with(
            "requests", new Json.Array(answer.approvals().stream().<Json>map(Reviews::of).toList()))
        .with("page", Json.Obj.EMPTY.with("next_token", new Json.Text(answer.nextPage())));
  }

  static Json.Obj of(ApprovalView view) {
    ApprovalRequest request = view.request();
    Json.Obj review =
        Json.Obj.EMPTY
            .with("id", new Json.Text(request.id()))
            .with("status", new Json.Text(Tasks.status(request.state())))
            .with("state", new Json.Text(request.state().word()))
            .with("subject", subject(request.requester()))
            .with("action", Json.Obj.EMPTY.with("name", text(request.question().target().method())))
            .with("resource", resource(request.question()))
            .with("context", context(request.requester()))
            .with("rules", texts(request.rules()))
            .with("quorum", Json.Num.of(request.quorum()))
            .with("reason_required", Json.Literal.of(request.wantsReasons()))
            .with("asked_at", Tasks.time(request.asked()))
            .with("changed_at", Tasks.time(request.changed()))
            .with("expires_at", Tasks.time(request.until()))
            .with("digest", text(request.digest()))
            .with(
                "votes", new Json.Array(request.votes().stream().<Json>map(Reviews::vote).toList()))
            .with("may_decide", Json.Literal.of(view.mine()));
    if (request.said() != null) {
      review = review.with(request.asksBack() ? "question" : "said", vote(request.said()));
    }
    return view.call() == null ? review : review.with("call", call(view.call()));
  }

  private static Json.Obj subject(Requester requester) {
    Json.Obj properties = Json.Obj.EMPTY;
    if (requester.issuer() != null) {
      properties = properties.with("issuer", text(requester.issuer()));
    }
    if (!requester.groups().isEmpty()) {
      properties = properties.with("groups", texts(requester.groups()));
    }
    Json.Obj act = act(requester.actors());
    if (act != null) {
      properties = properties.with("act", act);
    }
    if (requester.workload() != null) {
      properties = properties.with("workload", text(requester.workload()));
    }
    Json.Obj subject =
        Json.Obj.EMPTY.with("type", text("identity")).with("id", text(requester.name()));
    return properties.members().isEmpty() ? subject : subject.with("properties", properties);
  }

  /** The chain of actors as RFC 8693 §4.1 nests it, outermost first. */
  private static Json.@Nullable Obj act(List<String> actors) {
    Json.Obj act = null;
    for (String actor : actors.reversed()) {
      Json.Obj outer = Json.Obj.EMPTY.with("sub", text(actor));
      act = act == null ? outer : outer.with("act", act);
    }
    return act;
  }

  private static Json.Obj resource(Question question) {
    Question.Target target = question.target();
    String server = question.setting().server();
    if (target.tool() != null) {
      return resource("tool", target.tool(), server);
    }
    if (target.resource() != null) {
      return resource("resource", target.resource(), server);
    }
    return target.prompt() == null
        ? resource("mcp_server", server, server)
        : resource("prompt", target.prompt(), server);
  }

  private static Json.Obj resource(String type, String id, String server) {
    return Json.Obj.EMPTY
        .with("type", text(type))
        .with("id", text(id))
        .with("properties", Json.Obj.EMPTY.with("server", text(server)));
  }

  private static Json.Obj context(Requester requester) {
    return requester.clientId() == null
        ? Json.Obj.EMPTY
        : Json.Obj.EMPTY.with("agent", text(requester.clientId()));
  }

  private static Json.Obj vote(Vote vote) {
    Json.Obj said =
        Json.Obj.EMPTY
            .with("subject", text(vote.who().subject()))
            .with("channel", text(vote.who().channel()))
            .with("at", Tasks.time(vote.at()));
    if (vote.who().issuer() != null) {
      said = said.with("issuer", text(vote.who().issuer()));
    }
    return vote.reason() == null ? said : said.with("reason", text(vote.reason()));
  }

  /** What was masked is a message still; should it be none, it is shown as text. */
  private static Json call(ByteString call) {
    return JSON.read(call) instanceof Reading.Document(Json document)
        ? document
        : text(call.toStringUtf8());
  }

  private static Json text(String text) {
    return new Json.Text(text);
  }

  private static Json.Array texts(List<String> texts) {
    return new Json.Array(texts.stream().<Json>map(Json.Text::new).toList());
  }
}
