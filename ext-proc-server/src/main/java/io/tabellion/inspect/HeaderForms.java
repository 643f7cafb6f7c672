package io.tabellion.inspect;

import io.tabellion.mcp.Header;
import io.tabellion.mcp.Headers;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a server's answer in the one form that each may have, so that no free text goes on
 * in them: a value of another form is taken out, and so is one with a secret in it. Challenges of
 * {@code WWW-Authenticate} are written anew, their texts masked.
 *
 * @param set headers in the place of those that came
 * @param removed names of headers that do not go on
 * @param masked lines for the MASKED fact
 */
record HeaderForms(List<Header> set, Set<String> removed, List<String> masked) {
  static final String CHALLENGE = "www-authenticate";

  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}";
  private static final String TOKENS = TOKEN + "([ \\t]*,[ \\t]*" + TOKEN + "){0,63}";
  private static final String DATE =
      "(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \\d{2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
          + " \\d{4} \\d{2}:\\d{2}:\\d{2} GMT";
  private static final String DIRECTIVE =
      "(?i)(max-age|s-maxage|stale-while-revalidate|stale-if-error|max-stale|min-fresh)=\"?\\d{1,10}\"?"
          + "|(?i)(no-cache|no-store|no-transform|must-revalidate|proxy-revalidate"
          + "|must-understand|private|public|immutable|only-if-cached)";

  /** RFC 9110 and 9111, RFC 6797, W3C Trace Context, Fetch. */
  private static final Map<String, Pattern> FORMS =
      Map.ofEntries(
          form("access-control-allow-credentials", "true"),
          form("access-control-allow-headers", "\\*|" + TOKENS),
          form("access-control-allow-methods", "\\*|" + TOKENS),
          form(
              "access-control-allow-origin",
              "\\*|null|[a-z][a-z0-9+.-]{0,31}://(\\[[0-9A-Fa-f:.]{2,45}]|[0-9A-Za-z.-]{1,253})(:\\d{1,5})?"),
          form("access-control-expose-headers", "\\*|" + TOKENS),
          form("access-control-max-age", "-?\\d{1,10}"),
          form("allow", "[A-Z]{1,16}([ \\t]*,[ \\t]*[A-Z]{1,16}){0,15}"),
          form("cache-control", "(" + DIRECTIVE + ")([ \\t]*,[ \\t]*(" + DIRECTIVE + ")){0,15}"),
          form("date", DATE),
          form("mcp-protocol-version", "\\d{4}-\\d{2}-\\d{2}"),
          form("retry-after", "\\d{1,9}|" + DATE),
          form("server", "[0-9A-Za-z][0-9A-Za-z ._/()+-]{0,63}"),
          form(
              "strict-transport-security",
              "(?i)max-age=\"?\\d{1,10}\"?([ \\t]*;[ \\t]*(includeSubDomains|preload)){0,2}"),
          form("traceparent", "[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}"),
          form(
              "tracestate",
              "[0-9a-z_*/@-]{1,256}=[!-+\\--<>-~]{1,256}([ \\t]*,[ \\t]*[0-9a-z_*/@-]{1,256}=[!-+\\--<>-~]{1,256}){0,31}"),
          form("vary", "\\*|" + TOKENS),
          form("x-accel-buffering", "yes|no"),
          form("x-request-id", "[0-9A-Za-z._:/+=@-]{1,128}"));

  HeaderForms {
    set = List.copyOf(set);
    removed = Set.copyOf(removed);
    masked = List.copyOf(masked);
  }

  private static Map.Entry<String, Pattern> form(String name, String form) {
    return Map.entry(name, Pattern.compile(form));
  }

  /** Returns what becomes of the headers of an answer. */
  static HeaderForms of(Headers headers, Words words) {
    List<Header> set = new ArrayList<>();
    Set<String> removed = new LinkedHashSet<>();
    List<String> masked = new ArrayList<>();
    for (Header header : headers.all()) {
      Pattern form = FORMS.get(header.name());
      boolean fits =
          form == null || (form.matcher(header.value()).matches() && words.isPlain(header.value()));
      if (!fits && removed.add(header.name())) {
        masked.add(line(header.name()));
      }
    }
    challenge(headers, words, set, removed, masked);
    return new HeaderForms(set, removed, masked.stream().sorted().toList());
  }

  private static void challenge(
      Headers headers, Words words, List<Header> set, Set<String> removed, List<String> masked) {
    List<String> came = headers.values(CHALLENGE);
    if (came.isEmpty()) {
      return;
    }
    String joined = String.join(", ", came);
    @Nullable String written = Challenges.written(joined, words);
    if (written == null) {
      removed.add(CHALLENGE);
    } else if (!written.equals(joined)) {
      set.add(new Header(CHALLENGE, written));
    } else {
      return;
    }
    masked.add(line(CHALLENGE));
  }

  private static String line(String name) {
    return "FORM sent 1 /headers/" + name;
  }
}
