package io.tabellion.api;

import io.tabellion.audit.v1.Content;
import io.tabellion.audit.v1.Content.State;
import io.tabellion.trail.ContentView;

/** Translates contents. */
final class Contents {
  private Contents() {}

  static Content toApi(ContentView content) {
    return switch (content) {
      case ContentView.None _ -> state(State.NONE);
      case ContentView.Erased _ -> state(State.ERASED);
      case ContentView.Unreadable _ -> state(State.UNREADABLE);
      case ContentView.Omitted _ -> state(State.OMITTED);
      case ContentView.Present present ->
          Content.newBuilder()
              .setState(State.PRESENT)
              .setType(present.type())
              .setBytes(present.bytes())
              .setSalt(present.salt())
              .build();
    };
  }

  private static Content state(State state) {
    return Content.newBuilder().setState(state).build();
  }
}
