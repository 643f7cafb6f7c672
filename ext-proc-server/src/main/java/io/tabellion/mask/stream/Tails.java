package io.tabellion.mask.stream;

import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.edit.Edits;
import io.tabellion.mask.stream.Deliveries.Opened;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The ends of the texts of a stream's messages that went on, so that a value that is cut over
 * messages is found in the last of them: of the others a part went out, the rest is masked.
 *
 * <p>A text goes on from the texts at its place in the messages of its kind, one behind the other,
 * with and without the last of them; the first text of a message also from the last texts of all
 * messages. Bounded: {@value #MOST} places of a message, {@value #LONGEST} characters each.
 *
 * <p>Messages are masked on a {@link #draft}, which is kept once they went on. Not thread-safe: it
 * belongs to one stream. What streams of a session know of each other is in {@link Deliveries}.
 */
public final class Tails {
  /** Texts of a message that are looked at. */
  static final int MOST = 8;

  /** Characters of a text that are looked at. */
  public static final int LONGEST = 256;

  private final @Nullable Deliveries deliveries;
  private final @Nullable Opened opened;

  /** Whether messages are read as they were once, and change nothing. */
  private final boolean again;

  private final Map<Talk, List<Lane>> lanes = new EnumMap<>(Talk.class);
  private Lane last = Lane.NONE;

  /** Kinds of which nobody knows what went before on another stream. */
  private final Set<Talk> unsure = EnumSet.noneOf(Talk.class);

  private boolean unsureOfAll;

  /** What this is a draft of; null if it is none. */
  private final @Nullable Tails original;

  /** What went on in this draft. */
  private final List<Went> went = new ArrayList<>();

  /**
   * A message that went on in a draft.
   *
   * @param talk its kind, null if it has no texts
   */
  private record Went(String digest, Set<Cut> cuts, @Nullable Talk talk) {}

  /** Of a stream by itself. */
  public Tails() {
    this(null, null, Set.of(), false);
  }

  Tails(@Nullable Deliveries deliveries, @Nullable Opened opened, Set<Talk> unsure, boolean again) {
    this.deliveries = deliveries;
    this.opened = opened;
    this.again = again;
    this.unsure.addAll(unsure);
    this.unsureOfAll = !unsure.isEmpty();
    this.original = null;
  }

  private Tails(Tails original) {
    this.original = original;
    this.deliveries = original.deliveries;
    this.opened = original.opened;
    this.again = original.again;
    copy(original);
  }

  private void copy(Tails other) {
    lanes.clear();
    lanes.putAll(other.lanes);
    last = other.last;
    unsure.clear();
    unsure.addAll(other.unsure);
    unsureOfAll = other.unsureOfAll;
  }

  /** The same ends, for messages of which nobody knows yet whether they go on. */
  public Tails draft() {
    return new Tails(this);
  }

  /** What went on in this draft went on: that of which it is a draft has its ends now. */
  public void keep() {
    if (original == null) {
      return;
    }
    original.copy(this);
    if (deliveries != null && opened != null) {
      for (Went message : went) {
        deliveries.went(message.digest, message.cuts, message.talk, opened);
      }
    }
  }

  /**
   * A value that a text ended with, and that was whole.
   *
   * @param length of the value in characters
   */
  record Ending(String detector, int length) {}

  /**
   * The last characters of texts, one behind the other.
   *
   * @param endings values that they end with
   */
  public record Tail(String text, Set<Ending> endings) {
    static final Tail NONE = new Tail("", Set.of());

    /** With a text behind it, which has at least one character. */
    Tail and(String next, Set<Ending> ends) {
      boolean over = !endings.isEmpty() && !isDigit(next.charAt(0));
      return new Tail(over ? end(next) : end(text + end(next)), ends);
    }

    /**
     * Whether what was found in it and goes on behind it is no more than what it ends with, glued
     * to the word behind it. Digits go on.
     */
    public boolean ends(String detector, int length, char next) {
      return !isDigit(next) && endings.contains(new Ending(detector, length));
    }

    private static boolean isDigit(char c) {
      return Character.digit(c, 10) >= 0;
    }

    static String end(String text) {
      return text.substring(Math.max(0, text.length() - LONGEST));
    }
  }

  /**
   * What went before at one place.
   *
   * @param now the end of all texts
   * @param before the end of all but the last
   */
  private record Lane(Tail now, Tail before) {
    static final Lane NONE = new Lane(Tail.NONE, Tail.NONE);

    Lane with(Tail next) {
      return new Lane(next, now);
    }

    void into(List<Tail> tails) {
      for (Tail tail : List.of(now, before)) {
        boolean known = tails.stream().anyMatch(other -> other.text.equals(tail.text));
        if (!tail.text.isEmpty() && !known) {
          tails.add(tail);
        }
      }
    }
  }

  /**
   * The next message, to be read.
   *
   * @param digests keyed digests of messages
   */
  public Sequel next(Json message, Function<Json, String> digests) {
    Talk talk = Talk.of(message);
    String digest = deliveries == null ? "" : digests.apply(message);
    Set<Cut> known = deliveries == null ? null : cuts(digest, deliveries);
    boolean sure = known != null;
    return new Sequel(
        this, talk, digest, known, !sure && unsure.contains(talk), !sure && unsureOfAll);
  }

  /** What was masked of a message when it went on, in this draft too; null if it never did. */
  private @Nullable Set<Cut> cuts(String digest, Deliveries before) {
    Set<Cut> known = before.cuts(digest);
    for (Went message : went) {
      if (message.digest.equals(digest)) {
        Set<Cut> more = new LinkedHashSet<>(known == null ? Set.of() : known);
        more.addAll(message.cuts);
        known = more;
      }
    }
    return known;
  }

  /** What the text of this number may go on from, in a message of this kind. */
  public List<Tail> before(Talk talk, int number) {
    List<Tail> tails = new ArrayList<>(4);
    List<Lane> own = lanes.getOrDefault(talk, List.of());
    if (number < own.size()) {
      own.get(number).into(tails);
    }
    if (number == 0) {
      last.into(tails);
    }
    return tails;
  }

  /** A message with texts went on. */
  void went(Sequel message, Edits kept) {
    if (again) {
      return;
    }
    if (deliveries != null && opened != null) {
      Talk talk = message.isEmpty() ? null : message.talk();
      Went now = new Went(message.digest(), Set.copyOf(message.cuts()), talk);
      if (original == null) {
        deliveries.went(now.digest, now.cuts, talk, opened);
      } else {
        went.add(now);
      }
    }
    if (!message.isEmpty()) {
      Talk talk = message.talk();
      List<Lane> own = new ArrayList<>(lanes.getOrDefault(talk, List.of()));
      for (int i = 0; i < message.count(); i++) {
        Lane lane = i < own.size() ? own.get(i) : Lane.NONE;
        Lane next = lane.with(message.behind(lane.now, i, kept));
        if (i < own.size()) {
          own.set(i, next);
        } else {
          own.add(next);
        }
      }
      lanes.put(talk, own);
      last = last.with(message.lastBehind(last.now, kept));
      unsure.remove(talk);
      unsureOfAll = false;
    }
  }

  /**
   * An event went on; a client may resume behind it.
   *
   * @param id keyed digest of its id, in hex
   */
  public void passed(String id) {
    if (deliveries != null && opened != null) {
      deliveries.passed(id, opened);
    }
  }

  /** Forgets them: the stream is over. */
  public void clear() {
    lanes.clear();
    last = Lane.NONE;
  }
}
