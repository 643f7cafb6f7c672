package io.tabellion.pin;

import io.tabellion.jsonrpc.Json;
import org.jspecify.annotations.Nullable;

/**
 * One place in which two definitions of a tool mean something else.
 *
 * @param place of the member, as a JSON Pointer (RFC 6901); empty for the whole definition
 * @param before what stood there, in normal form; null if nothing did
 * @param after what stands there now, in normal form; null if nothing does
 */
public record Change(
    Grade grade, What what, String place, @Nullable Json before, @Nullable Json after) {

  /** How grave a change is, the gravest first. */
  public enum Grade {
    /**
     * It can turn a model against its user: an argument more, a claim of less harm, words that
     * speak to the model.
     */
    GRAVE("grave"),
    /** It can change what a model does: other words, other values that it may send. */
    NOTABLE("notable"),
    /** It changes neither when nor how the tool is called. */
    MINOR("minor");

    private final String word;

    Grade(String word) {
      this.word = word;
    }

    /** The word in entries and in the API. */
    public String word() {
      return word;
    }
  }

  /** What changed: a closed set. */
  public enum What {
    /** Words that a person or a model reads. */
    TEXT("text"),
    /** An argument that was not there. */
    ARGUMENT_ADDED("argument-added"),
    ARGUMENT_REMOVED("argument-removed"),
    /** Whether an argument must be given. */
    REQUIRED("required"),
    /** The type of a value. */
    TYPE("type"),
    /** The values that an argument may have. */
    VALUES("values"),
    /** Another keyword of the input schema. */
    INPUT("input"),
    /** An annotation. */
    HINT("hint"),
    /** The schema of the result. */
    RESULT("result"),
    ICONS("icons"),
    EXECUTION("execution"),
    META("meta"),
    /** A member that MCP does not know. */
    OTHER("other"),
    /** Something in a value that is masked in what is kept. */
    MASKED("masked"),
    /** Of the accepted definition the digest alone is known. */
    UNKNOWN("unknown");

    private final String word;

    What(String word) {
      this.word = word;
    }

    /** The word in entries and in the API. */
    public String word() {
      return word;
    }
  }

  /** The change in one line, as entries have it. */
  public String line() {
    return grade.word() + " " + what.word() + (place.isEmpty() ? "" : " " + place);
  }
}
