package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.mcp.Headers;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of an HTTP error as a text for people: plain text, HTML without its marks, JSON as
 * it is written. Linear in the length of the body. Pure; never throws on hostile input.
 */
final class ErrorText {
  // No pattern looks at a character more often than a fixed number of times: a server chooses the
  // text, and it may be as long as an answer.

  /** Shown as nothing, so that what stands around it is one word: a secret is found in it. */
  private static final Pattern UNSEEN =
      Pattern.compile(
          "<!--.*?(-->|$)|<(script|style|svg)\\b.*?(</\\2\\s*+>|$)",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** Marks that end a line; others stand within words. */
  private static final Pattern BLOCK =
      Pattern.compile(
          "</?(address|article|body|br|div|h[1-6]|head|header|hr|html|li|main|ol|p|pre|section|table"
              + "|td|th|title|tr|ul)\\b[^<>]*+>",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern MARK = Pattern.compile("<[!/?A-Za-z][^<>]*+>");
  private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Cntrl}\\u00a0]+");
  private static final Pattern ENTITY =
      Pattern.compile("&(#\\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\\w{2,6});");
  private static final Map<String, String> NAMED =
      Map.of(
          "lt", "<", "gt", ">", "amp", "&", "quot", "\"", "apos", "'", "nbsp", " ", "shy", "\u00ad",
          "zwj", "\u200d", "zwnj", "\u200c");
  private static final Pattern CHARSET =
      Pattern.compile("charset=\"?([A-Za-z0-9_.:-]{1,40})", Pattern.CASE_INSENSITIVE);

  private ErrorText() {}

  /**
   * Returns the text of a body that is not encoded; null if it has none, or is no text.
   *
   * @param headers of the answer
   */
  static @Nullable String of(Headers headers, ByteString body) {
    String type = String.join(",", headers.values("content-type")).toLowerCase(Locale.ROOT);
    boolean html = type.contains("html");
    if (!isText(type)) {
      return null;
    }
    String decoded = body.toString(charset(type));
    String plain = html || decoded.stripLeading().startsWith("<!") ? plain(decoded) : decoded;
    if (plain.contains("\"jsonrpc\"")) {
      return null; // A message that is none of ours to read is no text for people.
    }
    String line = BLANKS.matcher(plain).replaceAll(" ").strip();
    return line.isEmpty() ? null : line;
  }

  private static boolean isText(String type) {
    boolean text =
        type.isEmpty() || type.contains("text/") || type.contains("json") || type.contains("xml");
    return text && !type.contains("event-stream");
  }

  private static Charset charset(String type) {
    var named = CHARSET.matcher(type);
    boolean latin =
        named.find()
            && switch (named.group(1)) {
              case "iso-8859-1", "latin1", "windows-1252" -> true;
              default -> false;
            };
    return latin ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
  }

  private static String plain(String html) {
    String seen = UNSEEN.matcher(html).replaceAll("");
    String lines = BLOCK.matcher(seen).replaceAll(" ");
    return ENTITY
        .matcher(MARK.matcher(lines).replaceAll(""))
        .replaceAll(found -> java.util.regex.Matcher.quoteReplacement(entity(found.group(1))));
  }

  private static String entity(String name) {
    if (!name.startsWith("#")) {
      return NAMED.getOrDefault(name, "&" + name + ";");
    }
    boolean hex = name.charAt(1) == 'x' || name.charAt(1) == 'X';
    int point = Integer.parseInt(name.substring(hex ? 2 : 1), hex ? 16 : 10);
    boolean scalar = Character.isValidCodePoint(point) && (point < 0xD800 || point > 0xDFFF);
    return scalar ? Character.toString(point) : "\uFFFD";
  }
}
