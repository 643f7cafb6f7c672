package io.tabellion.policy.uri;

import com.google.common.net.InetAddresses;
import com.ibm.icu.text.IDNA;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The authority of a URL in its spellings: without the default port, the host in small letters,
 * mapped as UTS #46 says, in ASCII and in Unicode, numbers as an IPv4 address (URL Standard, "host
 * parsing").
 */
final class Hosts {
  private static final IDNA CURRENT =
      IDNA.getUTS46Instance(IDNA.NONTRANSITIONAL_TO_ASCII | IDNA.NONTRANSITIONAL_TO_UNICODE);
  private static final IDNA TRANSITIONAL = IDNA.getUTS46Instance(IDNA.DEFAULT);
  private static final Pattern NUMBER = Pattern.compile("0[xX][0-9a-fA-F]*|[0-9]+");

  /** Longest host that is looked at, in characters: the DNS has 253. */
  private static final int LONGEST = 255;

  private static final String FORBIDDEN = "#/<>?@[\\]^|%:\u007f";

  private Hosts() {}

  /**
   * Returns the spellings of an authority: with its port as it is, and without where it is the
   * default.
   */
  static Set<String> spellings(String scheme, String authority) {
    int at = authority.lastIndexOf('@') + 1;
    String user = authority.substring(0, at);
    String hostPort = authority.substring(at);
    int colon = portColon(hostPort);
    String port = hostPort.substring(colon);
    Set<String> found = new LinkedHashSet<>();
    for (String host : hosts(hostPort.substring(0, colon))) {
      for (String end : List.of(port, digits(port), port(scheme, port))) {
        found.add(user + host + end);
        found.add(user.replaceFirst("^:?@$|:(?=@$)", "") + host + end);
      }
    }
    return found;
  }

  private static Set<String> hosts(String written) {
    String host = Escapes.decoded(written);
    if (host.startsWith("[")) {
      return Set.of(bracketed(host));
    }
    Set<String> found = new LinkedHashSet<>();
    found.add(written);
    found.add(written.toLowerCase(Locale.ROOT));
    if (host.length() > LONGEST) {
      return found;
    }
    for (String name : names(host)) {
      found.add(name);
      if (name.endsWith(".") && name.length() > 1) {
        found.add(name.substring(0, name.length() - 1));
      }
    }
    return found;
  }

  /** Whether a URL of the web can have the authority. */
  static boolean isValid(String authority) {
    String hostPort = authority.substring(authority.lastIndexOf('@') + 1);
    int colon = portColon(hostPort);
    String host = Escapes.decoded(hostPort.substring(0, colon));
    String port = hostPort.substring(colon);
    boolean portFits = port.isEmpty() || port.matches(":0*[0-9]{0,5}");
    if (host.startsWith("[")) {
      return portFits && host.endsWith("]") && InetAddresses.isUriInetAddress(host);
    }
    if (host.length() > LONGEST) {
      return false;
    }
    String ascii = ascii(CURRENT, host);
    return portFits
        && !ascii.isEmpty()
        && ascii.chars().noneMatch(c -> c <= ' ' || FORBIDDEN.indexOf(c) >= 0);
  }

  /** Whether a file can be said to lie there: parsers do not agree on other hosts. */
  static boolean isPlain(String authority) {
    return authority.length() <= LONGEST
        && isValid(authority)
        && ascii(CURRENT, authority).matches("[a-z0-9._-]+:?|\\[[0-9a-f:.]+]");
  }

  private static int portColon(String hostPort) {
    int from = hostPort.lastIndexOf(']');
    int colon = hostPort.indexOf(':', Math.max(0, from));
    return colon < 0 ? hostPort.length() : colon;
  }

  private static String port(String scheme, String port) {
    String digits = digits(port);
    String standard =
        switch (scheme.toLowerCase(Locale.ROOT)) {
          case "http", "ws" -> "80";
          case "https", "wss" -> "443";
          case "ftp" -> "21";
          default -> "";
        };
    return digits.equals(":" + standard) ? "" : digits;
  }

  /** The authority with a port without zeros before it, or with none where it has no digits. */
  static String plainPort(String authority) {
    int colon = authority.lastIndexOf('@') + 1;
    colon += portColon(authority.substring(colon));
    return authority.substring(0, colon) + digits(authority.substring(colon));
  }

  /** The authority without its port. */
  static String withoutPort(String authority) {
    int at = authority.lastIndexOf('@') + 1;
    return authority.substring(0, at + portColon(authority.substring(at)));
  }

  /** A port without zeros before it; empty where it has no digits. */
  private static String digits(String port) {
    return port.length() < 2 ? "" : port.replaceFirst("^:0+(?=[0-9])", ":");
  }

  private static Set<String> names(String host) {
    Set<String> names = new LinkedHashSet<>();
    for (UnaryOperator<String> spelling : spellings()) {
      String name = spelling.apply(host);
      String address = address(name);
      names.add(address == null ? name : address);
    }
    names.remove("");
    return names;
  }

  private static Set<UnaryOperator<String>> spellings() {
    return new LinkedHashSet<>(
        Set.of(
            host -> labels(host, label -> ascii(CURRENT, label)),
            host -> labels(host, label -> ascii(TRANSITIONAL, label)),
            host -> labels(host, Hosts::unicode)));
  }

  /** A label with wild cards stays as it is, but for its case. */
  private static String labels(String host, UnaryOperator<String> mapped) {
    if (!Wild.isIn(host)) {
      return mapped.apply(host);
    }
    StringBuilder to = new StringBuilder();
    for (String label : host.split("(?<=\\.)|(?=\\.)", -1)) {
      boolean stays = label.equals(".") || Wild.isIn(label);
      to.append(stays ? label.toLowerCase(Locale.ROOT) : mapped.apply(label));
    }
    return to.toString();
  }

  private static String ascii(IDNA idna, String name) {
    StringBuilder to = new StringBuilder();
    idna.nameToASCII(name, to, new IDNA.Info());
    return to.toString().toLowerCase(Locale.ROOT);
  }

  private static String unicode(String name) {
    StringBuilder to = new StringBuilder();
    CURRENT.nameToUnicode(name, to, new IDNA.Info());
    return to.toString();
  }

  private static String bracketed(String host) {
    if (!InetAddresses.isUriInetAddress(host)) {
      return host.toLowerCase(Locale.ROOT);
    }
    InetAddress address = InetAddresses.forUriString(host);
    return InetAddresses.toUriString(address);
  }

  /** The IPv4 address that a host of numbers stands for; null if it is a name. */
  private static @Nullable String address(String host) {
    String[] parts =
        (host.endsWith(".") ? host.substring(0, host.length() - 1) : host).split("\\.", -1);
    if (parts.length > 4) {
      return null;
    }
    long value = 0;
    for (int i = 0; i < parts.length; i++) {
      Long part = number(parts[i]);
      boolean last = i == parts.length - 1;
      long most = last ? 1L << (8 * (5 - parts.length)) : 256;
      if (part == null || part >= most) {
        return null;
      }
      value = last ? value << (8 * (5 - parts.length)) | part : value << 8 | part;
    }
    return InetAddresses.fromInteger((int) value).getHostAddress();
  }

  private static @Nullable Long number(String text) {
    if (text.length() > 20 || !NUMBER.matcher(text).matches()) {
      return null;
    }
    try {
      if (text.startsWith("0x") || text.startsWith("0X")) {
        return text.length() == 2 ? 0L : Long.parseLong(text.substring(2), 16);
      }
      return Long.parseLong(text, text.startsWith("0") && text.length() > 1 ? 8 : 10);
    } catch (NumberFormatException notOctal) {
      return null;
    }
  }
}
