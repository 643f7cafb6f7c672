package io.tabellion.mask;

import com.google.protobuf.ByteString;
import io.tabellion.detect.Detectors;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.mask.edit.Span;
import io.tabellion.mask.find.Survey;
import io.tabellion.mask.made.MaskKeys;
import io.tabellion.mask.made.Replacements;
import io.tabellion.mask.proof.Commitments;
import io.tabellion.mask.proof.DisclosureKey;
import io.tabellion.mask.rule.Masking;
import io.tabellion.mask.rule.Operator;
import io.tabellion.mask.rule.Plan;
import io.tabellion.mask.stream.Sequel;
import io.tabellion.mask.stream.Tails;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of a message what must not travel or be kept, and writes the rest. From here on there
 * are bytes only, and they are ours: a re-serialisation of the tree that was judged (P3).
 *
 * <p>The record is masked by every rule, what is forwarded by those that are for it; so the record
 * never shows more. The same message under the same rules and keys is masked to the same bytes.
 *
 * <p>Thread-safe, and pure but for the salts of commitments.
 */
public final class Masker {
  /**
   * By how many characters masking lengthens a message, about: once it did, what else is masked is
   * taken out and nothing put in its place.
   */
  public static final int MOST_GROWTH = 256 << 10;

  /** Plans that are kept ready; policies have far fewer combinations of rules. */
  private static final int MOST_PLANS = 256;

  private final MaskKeys keys;
  private final Replacements replacements;
  private final @Nullable DisclosureKey disclosure;
  private final SecureRandom random = new SecureRandom();
  private final Map<Masking, Plan> plans = new ConcurrentHashMap<>();

  /**
   * @param keys of hashes, pseudonyms and tokens
   * @param disclosure what salts of commitments are sealed to; null for no commitments
   */
  public Masker(MaskKeys keys, @Nullable DisclosureKey disclosure) {
    this.keys = keys;
    this.replacements = new Replacements(keys);
    this.disclosure = disclosure;
  }

  /**
   * Returns the message masked.
   *
   * @param sent what is to go on, null if nothing is
   * @param kept what is to be recorded, null if nothing is
   */
  public Masked mask(@Nullable Json sent, @Nullable Json kept, Masking masking) {
    return mask(sent, kept, masking, null);
  }

  /**
   * Returns the next message of a stream masked; what goes on in it from those before is, too. Only
   * what goes on itself, and is kept as it is, changes what the stream remembers.
   *
   * @param tails of the stream
   */
  public Masked mask(
      @Nullable Json sent, @Nullable Json kept, Masking masking, @Nullable Tails tails) {
    return mask(sent, kept, plan(masking), tails, replacements.heldBy(masking.holder()));
  }

  Masked mask(@Nullable Json sent, @Nullable Json kept, Plan plan) {
    return mask(sent, kept, plan, null, replacements);
  }

  Masked mask(@Nullable Json sent, @Nullable Json kept, Plan plan, @Nullable Tails tails) {
    return mask(sent, kept, plan, tails, replacements);
  }

  private Masked mask(
      @Nullable Json sent,
      @Nullable Json kept,
      Plan plan,
      @Nullable Tails tails,
      Replacements made) {
    Tally tally = new Tally();
    if (plan.isEmpty()) {
      return written(sent, kept, tally, List.of(), null);
    }
    boolean goesOn = kept != null && kept.equals(sent);
    Sequel sequel = kept == null ? null : sequel(kept, plan, tails);
    Survey.Found found = kept == null ? null : Survey.of(kept, plan, sequel);
    if (goesOn && sequel != null && found != null) {
      sequel.went(found.kept());
    }
    Survey.Found going = sent == null || goesOn ? found : Survey.of(sent, plan);
    Json forwarded =
        sent == null || going == null ? null : forwarded(sent, going, goesOn, tally, made);
    try (Commitments commitments =
        disclosure == null ? null : new Commitments(disclosure, random)) {
      Json recorded =
          kept == null || found == null ? null : recorded(kept, found, tally, commitments, made);
      List<String> shadowed =
          sent == null || going == null
              ? List.of()
              : Shade.of(sent, going, plan.enforced(), made, tally);
      return written(
          forwarded, recorded, tally, shadowed, commitments == null ? null : commitments.seal());
    }
  }

  private @Nullable Sequel sequel(Json kept, Plan plan, @Nullable Tails tails) {
    return tails == null || !plan.detects()
        ? null
        : tails.next(kept, message -> keys.message(JsonWriter.write(message)));
  }

  /**
   * Returns what is sent, masked.
   *
   * @param same whether it is what is kept
   */
  private static Json forwarded(
      Json sent, Survey.Found found, boolean same, Tally tally, Replacements made) {
    Rewrite.Witness witness =
        same
            ? (site, _, _, _, _) -> tally.sent(site)
            : (_, detector, place, _, _) -> tally.sentAlone(detector, place);
    return Rewrite.of(sent, found.sent(), found.insides(), made, witness);
  }

  private static Json recorded(
      Json kept,
      Survey.Found found,
      Tally tally,
      @Nullable Commitments commitments,
      Replacements made) {
    return Rewrite.of(
        kept,
        found.kept(),
        found.insides(),
        made,
        (site, detector, place, exact, original) -> {
          tally.kept(site, detector, place);
          Set<String> goingOn = found.split().isEmpty() ? null : found.split().get(site);
          if (goingOn != null && goingOn.remove(detector)) {
            tally.split(detector, place);
          }
          if (commitments != null) {
            commitments.add(exact, original.value());
          }
        });
  }

  private static Masked written(
      @Nullable Json sent,
      @Nullable Json kept,
      Tally tally,
      List<String> shadowed,
      Commitments.@Nullable Sealed commitments) {
    ByteString forwarded = sent == null ? null : JsonWriter.write(sent);
    ByteString recorded =
        kept == null ? null : kept.equals(sent) ? forwarded : JsonWriter.write(kept);
    return new Masked(sent, forwarded, recorded, tally, shadowed, commitments);
  }

  /**
   * Returns a text that somebody chose as it may stand where nothing is ever erased.
   *
   * @param masking its rules without a place count
   */
  public String words(String text, Masking masking) {
    Plan plan = plan(masking.apart());
    if (plan.harmless().has(text)) {
      return text;
    }
    String shown =
        kept(new Json.Text(text), plan, masking) instanceof Json.Text(String kept) ? kept : "";
    if (shown.equals(text)) {
      plan.harmless().add(text);
    }
    return shown;
  }

  /**
   * Returns a text as it may be kept, of which only a part of its message is known: the member of
   * the object at that place. What finds it there hides it here too; nothing is allowed here.
   */
  public String words(String text, List<String> place, String member, Masking masking) {
    Json.Obj tree = Json.Obj.EMPTY.with(member, new Json.Text(text));
    for (String name : place.reversed()) {
      tree = Json.Obj.EMPTY.with(name, tree);
    }
    @Nullable Json kept = kept(tree, masking);
    for (String name : place) {
      kept = kept instanceof Json.Obj object ? object.members().get(name) : null;
    }
    String shown = kept instanceof Json.Obj object ? object.text(member) : null;
    return shown == null ? "" : shown;
  }

  /** Returns a value as it may be kept, apart from any message. */
  public Json kept(Json value, Masking masking) {
    return kept(value, plan(masking.apart()), masking);
  }

  private Json kept(Json value, Plan plan, Masking masking) {
    if (!plan.detects() && plan.selecting().isEmpty()) {
      return value;
    }
    Survey.Found found = Survey.of(value, plan);
    return Rewrite.of(
        value,
        found.kept(),
        found.insides(),
        replacements.heldBy(masking.holder()),
        (_, _, _, _, _) -> {}); // it is counted with the message that it comes from
  }

  /** Returns what stands in the place of a value that a detector found in a text. */
  public String value(Operator operator, String detector, String value) {
    Span span = new Span(0, value.length(), detector, operator, false);
    return replacements.value(span, value, false);
  }

  /** Of a masking, whoever holds its tokens. */
  private Plan plan(Masking held) {
    Masking masking = held.heldBy("");
    Plan known = plans.get(masking);
    if (known != null) {
      return known;
    }
    if (plans.size() >= MOST_PLANS) {
      plans.clear();
    }
    Plan plan = Plan.of(masking, names(masking.detectors()));
    plans.put(masking, plan);
    return plan;
  }

  private static Plan.Names names(Detectors detectors) {
    return new Plan.Names() {
      @Override
      public Set<String> select(String nameOrGroup) {
        return detectors.select(nameOrGroup);
      }

      @Override
      public Plan.Scan scan(Set<String> names) {
        boolean all = names.equals(detectors.names());
        Detectors chosen = all ? detectors : detectors.only(names);
        return chosen::scan;
      }
    };
  }
}
