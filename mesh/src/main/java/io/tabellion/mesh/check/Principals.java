package io.tabellion.mesh.check;

/** Identities of workloads as an AuthorizationPolicy names them. */
final class Principals {
  private Principals() {}

  static String of(String trustDomain, String namespace, String account) {
    return "%s/ns/%s/sa/%s".formatted(trustDomain, namespace, account);
  }

  /**
   * Whether a value of an AuthorizationPolicy ({@code *}, {@code a*}, {@code *a}, {@code a}) takes
   * a text.
   */
  static boolean matches(String pattern, String text) {
    if (pattern.equals("*")) {
      return !text.isEmpty();
    }
    if (pattern.endsWith("*")) {
      return text.startsWith(pattern.substring(0, pattern.length() - 1));
    }
    return pattern.startsWith("*") ? text.endsWith(pattern.substring(1)) : pattern.equals(text);
  }
}
