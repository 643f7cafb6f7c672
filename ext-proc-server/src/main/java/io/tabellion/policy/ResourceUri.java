package io.tabellion.policy;

import io.tabellion.policy.uri.UriPattern;
import io.tabellion.policy.uri.UriReadings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The URI that a question is about, in every reading that a server may give it. Read when it is
 * first asked for.
 *
 * <p>Confined to the thread that judges.
 */
final class ResourceUri {
  private final @Nullable String uri;

  /** Whether it is the template of URIs that nobody knows yet. */
  private final boolean template;

  private @Nullable UriReadings readings;

  private ResourceUri(@Nullable String uri, boolean template) {
    this.uri = uri;
    this.template = template;
  }

  /** Returns the URI of a question; nothing matches that of one that is about none. */
  static ResourceUri of(Question question) {
    return new ResourceUri(question.target().resource(), question.unknown().contains(Question.URI));
  }

  /** What is expected of a URI, where this is none; else null. */
  @Nullable String flaw() {
    return uri == null || template ? null : readings(uri).flaw();
  }

  /** The spellings that conditions are tested with; empty where there is none that is known. */
  List<String> spellings() {
    return uri == null || template ? List.of() : readings(uri).exact();
  }

  /**
   * Whether it matches one of the patterns.
   *
   * @param refuses whether one reading is enough; what is no URI is refused
   */
  Fit fits(List<UriPattern> patterns, boolean refuses) {
    if (uri == null) {
      return Fit.NO;
    }
    if (template) {
      return ofTemplate(patterns, uri);
    }
    UriReadings all = readings(uri);
    return Fit.of(
        refuses
            ? !all.areKnown() || patterns.stream().anyMatch(pattern -> pattern.matchesSome(all))
            : UriPattern.matchAll(patterns, all));
  }

  /** Known of a template (RFC 6570) is what is before its first expression. */
  private Fit ofTemplate(List<UriPattern> patterns, String template) {
    int brace = template.indexOf('{');
    if (brace < 0) {
      UriReadings all = readings(template);
      return Fit.of(patterns.stream().anyMatch(pattern -> pattern.matchesSome(all)));
    }
    UriReadings beginning = readings(template.substring(0, brace));
    if (patterns.stream().anyMatch(pattern -> pattern.coversAll(beginning))) {
      return Fit.YES;
    }
    return patterns.stream().anyMatch(pattern -> pattern.canMatch(beginning)) ? Fit.MAYBE : Fit.NO;
  }

  private UriReadings readings(String text) {
    if (readings == null) {
      readings = UriReadings.of(text);
    }
    return readings;
  }
}
