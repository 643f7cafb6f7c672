package io.tabellion.console;

import io.tabellion.trail.Reader;
import io.tabellion.trail.Role;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is around every page: title, navigation, who is signed in, and what is to be said.
 *
 * @param nav the place in the navigation: {@code approvals}, {@code history}, or empty
 * @param viewer who is signed in; null if nobody is
 * @param notice to be said once; null if nothing is
 * @param since when the page was made, if it follows what changes (without a script it is loaded
 *     again and again); empty if it does not
 */
record Frame(
    String title,
    String nav,
    @Nullable Viewer viewer,
    Session.@Nullable Notice notice,
    String since) {

  /**
   * Who is signed in.
   *
   * @param decides whether their role lets them decide at all
   */
  record Viewer(String name, String role, boolean decides, String formToken) {
    static Viewer of(Session session) {
      Reader reader = session.reader();
      return new Viewer(
          Visible.of(reader.name()),
          reader.roles().stream()
              .sorted()
              .map(role -> role.name().toLowerCase(Locale.ROOT))
              .collect(Collectors.joining(", ")),
          reader.roles().contains(Role.APPROVER) || reader.roles().contains(Role.ADMIN),
          session.formToken());
    }
  }

  static Frame of(Asked asked, String title, String nav) {
    return new Frame(title, nav, Viewer.of(asked.session()), asked.notice(), "");
  }

  /** The same, following what changes from now on. */
  static Frame live(Asked asked, String title, String nav, Instant now) {
    return new Frame(title, nav, Viewer.of(asked.session()), asked.notice(), now.toString());
  }

  static Frame ofNobody(String title) {
    return new Frame(title, "", null, null, "");
  }

  boolean onApprovals() {
    return nav.equals("approvals");
  }

  boolean onHistory() {
    return nav.equals("history");
  }
}
