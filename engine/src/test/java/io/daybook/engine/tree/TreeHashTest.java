package io.daybook.engine.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TreeHashTest {
  private static final UUID ID = UUID.fromString("01a2082f-f16b-7baf-a580-ce4e5063a2a5");
  private static final Instant TIME = Instant.parse("2026-11-23T11:34:51.856478Z");

  private final TreeHash hash = new TreeHash();

  private static RecordedEvent event(long position, List<String> tags) {
    var event =
        new Event(
            ID,
            "Deposited",
            tags,
            Payload.json("{\"amount\":\"100.00\"}"),
            Payload.of("by hand".getBytes(StandardCharsets.UTF_8), "text/plain"));
    return new RecordedEvent(new Position(position), "konto-ä", new Revision(3), TIME, event);
  }

  /** Computed by a program in another language from what the format says. */
  @Test
  void theLeafOfAnEventIsWhatTheFormatSays() {
    assertThat(
            Base64.getEncoder().encodeToString(hash.leaf(event(17, List.of("owner:ada", "b:2")))))
        .isEqualTo("OYtMeqIg6oCuhfYqWsuYX/k0anZgtvjAru0uAaV7x8A=");
  }

  @Test
  void whatDiffersHasAnotherLeaf() {
    byte[] leaf = hash.leaf(event(17, List.of("owner:ada", "b:2")));
    assertThat(hash.leaf(event(18, List.of("owner:ada", "b:2")))).isNotEqualTo(leaf);
    assertThat(hash.leaf(event(17, List.of("b:2", "owner:ada")))).isNotEqualTo(leaf);
    assertThat(hash.leaf(event(17, List.of("owner:adab:2")))).isNotEqualTo(leaf);
  }

  /** The root of a tree without leaves is the hash of nothing. */
  @Test
  void nothingHasAHash() {
    assertThat(Base64.getEncoder().encodeToString(hash.empty()))
        .isEqualTo("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
  }
}
