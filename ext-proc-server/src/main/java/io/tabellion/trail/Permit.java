package io.tabellion.trail;

/** That the role of a visit's reader suffices. Reading and entries about it take one. */
final class Permit {
  private final Visit visit;

  private Permit(Visit visit) {
    this.visit = visit;
  }

  /** Checks the role, and so makes a permit. */
  static Permit of(Visit visit, Right right) {
    Reader reader = visit.reader();
    if (!reader.has(right)) {
      throw TrailException.of(
          TrailException.Code.DENIED,
          "role of "
              + reader.name()
              + ": "
              + reader.words()
              + " (expected: "
              + right.roles()
              + ", as api.tokens[].role, api.clients[].role or api.oidc[].roles of the configuration"
              + " gives it)");
    }
    return new Permit(visit);
  }

  Visit visit() {
    return visit;
  }

  Reader reader() {
    return visit.reader();
  }
}
