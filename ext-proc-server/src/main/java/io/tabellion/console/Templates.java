package io.tabellion.console;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The pages' templates, compiled at start. Every value is escaped for HTML; a name that the page
 * does not know fails, and so does what is null and not asked about.
 *
 * <p>Immutable and thread-safe.
 */
final class Templates {
  private final Template list;
  private final Template request;
  private final Template history;
  private final Template past;
  private final Template signIn;
  private final Template message;

  Templates() {
    Mustache.Compiler compiler =
        Mustache.compiler()
            .escapeHTML(true)
            .strictSections(true)
            .emptyStringIsFalse(true)
            .withLoader(Templates::open);
    list = compiled(compiler, "list");
    request = compiled(compiler, "request");
    history = compiled(compiler, "history");
    past = compiled(compiler, "past");
    signIn = compiled(compiler, "sign-in");
    message = compiled(compiler, "message");
  }

  String list(Object page) {
    return list.execute(page);
  }

  String request(Object page) {
    return request.execute(page);
  }

  String history(Object page) {
    return history.execute(page);
  }

  String past(Object page) {
    return past.execute(page);
  }

  String signIn(Object page) {
    return signIn.execute(page);
  }

  String message(Object page) {
    return message.execute(page);
  }

  private static Template compiled(Mustache.Compiler compiler, String name) {
    try (Reader text = open(name)) {
      return compiler.compile(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Reader open(String name) {
    InputStream in = Templates.class.getResourceAsStream(name + ".mustache");
    if (in == null) {
      throw new IllegalStateException("template: " + name + " (expected: beside this class)");
    }
    return new InputStreamReader(in, StandardCharsets.UTF_8);
  }
}
