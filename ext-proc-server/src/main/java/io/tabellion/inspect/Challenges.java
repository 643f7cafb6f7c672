package io.tabellion.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes the challenges of {@code WWW-Authenticate} (RFC 9110 §11.6.1, RFC 6750 §3, RFC 9728 §5.1)
 * anew: schemes, and the parameters that clients of MCP read. Pure.
 */
final class Challenges {
  private static final Set<String> SCHEMES =
      Set.of("basic", "bearer", "digest", "dpop", "mutual", "negotiate");
  private static final Set<String> WORDS =
      Set.of("error", "scope", "algs", "algorithm", "charset", "error_uri", "resource_metadata");
  private static final Set<String> TEXTS = Set.of("realm", "error_description");
  private static final Pattern SCHEME =
      Pattern.compile("\\G[\\s,]*([A-Za-z][A-Za-z0-9-]{1,31})(?=\\s|,|$)(?!\\s*=)");
  private static final Pattern PARAM =
      Pattern.compile(
          "\\G[\\s,]*([A-Za-z_]{1,32})\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.){0,1024})\"|([!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}))");
  private static final Pattern REST = Pattern.compile("\\G[\\s,]*$");
  private static final int MOST = 16;

  private Challenges() {}

  /** Returns the challenges; null if they have another form. */
  static @Nullable String written(String value, Words words) {
    StringBuilder all = new StringBuilder();
    List<String> params = new ArrayList<>();
    String scheme = null;
    int at = 0;
    int count = 0;
    while (true) {
      Matcher param = PARAM.matcher(value);
      Matcher next = SCHEME.matcher(value);
      if (scheme != null && param.find(at)) {
        String one = param(param, words);
        if (one != null) {
          params.add(one);
        }
        at = param.end();
      } else if (next.find(at)
          && SCHEMES.contains(next.group(1).toLowerCase(java.util.Locale.ROOT))) {
        add(all, scheme, params);
        scheme = next.group(1);
        at = next.end();
      } else {
        boolean over = scheme != null && REST.matcher(value).find(at);
        add(all, scheme, params);
        return over ? all.toString() : null;
      }
      if (++count > MOST) {
        return null;
      }
    }
  }

  private static void add(StringBuilder all, @Nullable String scheme, List<String> params) {
    if (scheme != null) {
      all.append(all.isEmpty() ? "" : ", ").append(scheme);
      all.append(params.isEmpty() ? "" : " ").append(String.join(", ", params));
      params.clear();
    }
  }

  private static @Nullable String param(Matcher param, Words words) {
    String name = param.group(1);
    String text = param.group(2) == null ? param.group(3) : param.group(2);
    if (TEXTS.contains(name)) {
      return name + "=\"" + words.name(text.replace("\\", "")).replace("\"", "'") + "\"";
    }
    boolean plain = text.matches("[ -~&&[^\"\\\\]]{0,1024}") && words.isPlain(text);
    return WORDS.contains(name) && plain
        ? name + (param.group(2) == null ? "=" + text : "=\"" + text + "\"")
        : null;
  }
}
