package io.tabellion.mask.find;

import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.find.Document.Kind;
import io.tabellion.mask.rule.Reach;
import io.tabellion.mask.text.Inside;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Texts of content blocks that stand side by side in one array, read as one text: a value may be
 * cut over them, and clients show them together.
 *
 * <p>Of long texts only both ends are read again. Not thread-safe: it belongs to one walk.
 */
final class Seam {
  /** Of a long text that may go on in the next one, so much of both ends is looked at. */
  private static final int EDGE = 4096;

  private final Findings findings;
  private final Sites sites;
  private final boolean recordOnly;
  private final Document document = new Document();
  private final List<Block> run = new ArrayList<>(0);

  Seam(Findings findings, Sites sites, boolean recordOnly) {
    this.findings = findings;
    this.sites = sites;
    this.recordOnly = recordOnly;
  }

  private record Block(Origin origin, String text) {}

  /** Takes the array's next item, which was met already and begins at this site. */
  void next(Json item, int site, Reach reach) {
    Block block = block(item, site, reach);
    if (block == null) {
      end();
    } else {
      run.add(block);
    }
  }

  /** The text of a block that begins at this site; null if it is another block, or JSON. */
  private @Nullable Block block(Json item, int site, Reach reach) {
    if (!(item instanceof Json.Obj object)) {
      return null;
    }
    if (object.get("content") instanceof Json.Obj content && object.get("role") != null) {
      return block(content, sites.member(object, site, "content"), reach.step("content"));
    }
    String text = "text".equals(object.text("type")) ? object.text("text") : null;
    if (text == null) {
      return null;
    }
    int at = sites.member(object, site, "text");
    return sites.inside(at) instanceof Inside.Tree
        ? null
        : new Block(new Origin(at, reach.step("text"), false, recordOnly), text);
  }

  /** Reads the blocks that stand side by side so far. */
  void end() {
    if (run.size() > 1) {
      read("");
      read(" ");
    }
    run.clear();
  }

  private void read(String between) {
    for (int i = 0; i < run.size(); i++) {
      Block block = run.get(i);
      int length = block.text.length();
      if (length <= 2 * EDGE) {
        append(block, 0, length);
      } else {
        append(block, 0, EDGE);
        document.append('\n');
        append(block, length - EDGE, length);
      }
      if (document.isFull()) {
        findings.in(document, true);
        again(i, between);
      }
      document.append(between);
    }
    findings.in(document, true);
  }

  /** Begins the next document with the end of the one before. */
  private void again(int last, String between) {
    int first = last;
    int length = run.get(last).text.length();
    while (first > 0 && length < EDGE) {
      first--;
      length += run.get(first).text.length();
    }
    for (int i = first; i <= last; i++) {
      Block block = run.get(i);
      append(block, Math.max(0, block.text.length() - EDGE), block.text.length());
      if (i < last) {
        document.append(between);
      }
    }
  }

  private void append(Block block, int from, int to) {
    document.append(block.origin, Kind.TEXT, block.text, from, to);
  }
}
