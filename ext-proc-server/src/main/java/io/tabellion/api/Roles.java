package io.tabellion.api;

import io.tabellion.config.Config;
import io.tabellion.trail.Role;

/** Translates the roles of the configuration. */
final class Roles {
  private Roles() {}

  static Role of(Config.Role role) {
    return switch (role) {
      case AUDITOR -> Role.AUDITOR;
      case ADMIN -> Role.ADMIN;
    };
  }
}
