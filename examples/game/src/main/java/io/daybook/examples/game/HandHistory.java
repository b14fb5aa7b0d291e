package io.daybook.examples.game;

import io.daybook.examples.game.HandCommand.Deal;
import io.daybook.examples.game.HandCommand.EndHand;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A hand that was played, as a file tells it.
 *
 * @param actions in the notation of {@link HandAction}
 */
record HandHistory(HandName name, HandSetup setup, List<String> actions) {
  HandHistory {
    actions = List.copyOf(actions);
  }

  /** A hand that cannot be used, and why: in one line. */
  static final class BadHandException extends Exception {
    BadHandException(String message) {
      super(message);
    }

    BadHandException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * All that happened in the hand, decided action by action.
   *
   * @throws BadHandException if the rules refuse an action; hand and action are named
   */
  List<HandEvent> events() throws BadHandException {
    var replay = new Replay();
    replay.decide("deal", new Deal(name, setup));
    for (int i = 0; i < actions.size(); i++) {
      String action = actions.get(i);
      String what = "action " + (i + 1) + " \"" + action.strip() + "\"";
      try {
        var command = HandAction.parse(action);
        if (command.isPresent()) {
          replay.decide(what, command.get());
        }
      } catch (Refused e) {
        throw bad(what, e);
      }
    }
    replay.decide("end", new EndHand());
    return replay.events;
  }

  /** The events so far, and what they lead to. */
  private final class Replay {
    private final List<HandEvent> events = new ArrayList<>();
    private HandState state = HandDecider.initial();

    void decide(String what, HandCommand command) throws BadHandException {
      try {
        for (HandEvent event : HandDecider.decide(command, state)) {
          events.add(event);
          state = HandDecider.evolve(state, event);
        }
      } catch (Refused e) {
        throw bad(what, e);
      }
    }
  }

  private BadHandException bad(String what, Refused e) {
    return new BadHandException(name + ", " + what + ": " + e.reason() + ": " + e.getMessage(), e);
  }

  /** A digest of all that is told: the same for the same hand, wherever it is told. */
  String digest() {
    var text = new StringBuilder();
    text.append(name).append('\0').append(setup);
    actions.forEach(action -> text.append('\0').append(action));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
