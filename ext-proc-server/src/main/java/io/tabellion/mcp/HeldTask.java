package io.tabellion.mcp;

import io.tabellion.jsonrpc.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A task of ours that stands for a call that waits for a person (2026-07-28, extension {@code
 * io.modelcontextprotocol/tasks}, SEP-2663): how its state and its result are told.
 *
 * <p>Immutable and thread-safe.
 *
 * @param id bearer-like: whoever has it and is the caller gets the result
 * @param created when
 * @param until when nobody is asked any more
 */
public record HeldTask(String id, Instant created, Instant until) {
  /** What ids of such tasks begin with. */
  public static final String PREFIX = "tbl-task-";

  private static final Duration POLL = Duration.ofSeconds(5);
  private static final String RESULT = "result";
  private static final String ERROR = "error";
  private static final String TASK_ID = "taskId";
  private static final String RESULT_TYPE = "resultType";

  /** The result of the call: it is a task now. */
  Json.Obj begun(Instant now, String message) {
    return state("task", "working", now).with("statusMessage", new Json.Text(message));
  }

  /** The result of a question for the task: nobody decided yet. */
  Json.Obj working(Instant now, String message) {
    return state("complete", "working", now).with("statusMessage", new Json.Text(message));
  }

  /** The result of a question for the task: nobody is asked any more. */
  Json.Obj cancelled(Instant now) {
    return state("complete", "cancelled", now);
  }

  /**
   * The answer to a question for the task, made of the answer to the call; an answer that is one
   * already stays as it is.
   */
  public Json.Obj wrapped(Json.Obj answer, Instant now) {
    Json.Obj error = answer.object(ERROR);
    if (error != null) {
      return answer
          .without(ERROR)
          .with(RESULT, state("complete", "failed", now).with(ERROR, error));
    }
    Json.Obj result = answer.object(RESULT);
    return result == null || id.equals(result.text(TASK_ID))
        ? answer
        : answer.with(RESULT, state("complete", "completed", now).with(RESULT, result));
  }

  private Json.Obj state(String type, String status, Instant now) {
    return Json.Obj.EMPTY
        .with(RESULT_TYPE, new Json.Text(type))
        .with(TASK_ID, new Json.Text(id))
        .with("status", new Json.Text(status))
        .with("createdAt", new Json.Text(created.truncatedTo(ChronoUnit.SECONDS).toString()))
        .with("lastUpdatedAt", new Json.Text(now.truncatedTo(ChronoUnit.SECONDS).toString()))
        .with("ttlMs", Json.Num.of(Math.max(0, Duration.between(created, until).toMillis())))
        .with("pollIntervalMs", Json.Num.of(POLL.toMillis()));
  }
}
