package io.tabellion.console;

import org.jspecify.annotations.Nullable;

/**
 * Somebody who is signed in asks for a page.
 *
 * @param query of the request
 * @param refreshes whether a page of ours asks for itself, to show what changed: what is to be said
 *     once then waits for the next page that a person loads
 */
record Asked(Session session, Form query, boolean refreshes) {

  Session.@Nullable Notice notice() {
    return refreshes ? null : session.takeNotice();
  }
}
