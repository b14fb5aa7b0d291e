package io.daybook.engine;

import static io.daybook.eventstore.ExpectedRevision.any;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.index.IndexFile;
import io.daybook.engine.io.ForwardingDisk;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.proof.ProofKeys;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A disk that damages what is made anew, again and again: at last that is told, and what waits for
 * it does not wait for ever.
 */
@ExtendWith(QuietEngine.class)
final class EndlessDamageTest {
  /** Where a disk that damages all it is given would lead without a bound. */
  private static final int ENDLESS = 200;

  /** For each of the two times that a file is made anew. */
  private static final int TIMES = 2;

  private static final int LOC_HEADER_BYTES = 72;
  private static final int LOC_ENTRY_BYTES = 8;

  private final ScavengeFixture fixture = new ScavengeFixture();
  private final SimulatedDisk medium = fixture.disk;
  private final DamagingDisk disk = new DamagingDisk();

  /** Damages files of a kind when their folder is synced, once each that is written. */
  private final class DamagingDisk extends ForwardingDisk {
    private final Set<String> damaged = new HashSet<>();
    private String ending = "none";
    private int damages;

    DamagingDisk() {
      super(medium);
    }

    void damageAll(String what) {
      ending = what;
      medium.files().forEach(this::damage);
    }

    @Override
    public void rename(String from, String to) throws IOException {
      super.rename(from, to);
      damaged.remove(to);
      damage(to);
    }

    @Override
    public void syncFolder(String folder) throws IOException {
      super.syncFolder(folder);
      if (folder.equals(IndexFile.FOLDER)) {
        medium.files().forEach(this::damage);
      }
    }

    private void damage(String name) {
      if (!name.endsWith(ending) || damages == ENDLESS || !damaged.add(name)) {
        return;
      }
      damages++;
      int length = medium.contents(name).length;
      boolean isIndex = ending.equals(".idx");
      int first = isIndex ? 64 : LOC_HEADER_BYTES + 4;
      for (int at = first; at < length / 2; at += isIndex ? 40 : LOC_ENTRY_BYTES) {
        medium.flipBit(name, at, 3);
      }
    }
  }

  @BeforeEach
  void fill() {
    try (EngineStore store = open()) {
      fixture.fill(store, 30);
    }
  }

  private EngineStore open() {
    return EngineStore.open(disk, "simulated", fixture.plain);
  }

  private List<String> files(String ending) {
    return medium.files().stream().filter(name -> name.endsWith(ending)).toList();
  }

  private void assertTold(String ending, Runnable work) {
    disk.damageAll(ending);
    int before = disk.damages;
    assertThatThrownBy(work::run).isInstanceOf(StoreDamagedException.class);
    assertThat(disk.damages - before).isLessThanOrEqualTo(TIMES * files(ending).size());
    disk.ending = "none";
  }

  /** Once the disk is mended, so is the store. */
  private void assertMended(EngineStore store) {
    fixture.assertSame(store);
  }

  @Test
  void aReadTellsOfAnIndexFileThatIsDamagedAgainAndAgain() {
    try (EngineStore store = open()) {
      assertTold(".idx", () -> store.read(Query.tags("shared:1")).toList());
      assertMended(store);
    }
  }

  @Test
  void aReadTellsOfAColumnThatIsDamagedAgainAndAgain() {
    try (EngineStore store = open()) {
      assertTold(".loc", () -> store.read(Query.everything()).toList());
      assertMended(store);
    }
  }

  @Test
  void aSignatureTellsOfAColumnThatIsDamagedAgainAndAgain() {
    try (EngineStore store = open()) {
      assertTold(".loc", () -> store.signHead(ProofKeys.newPair(), ProgressListener.none()));
      assertMended(store);
    }
  }

  @Test
  void aScavengeTellsOfAnIndexFileThatIsDamagedAgainAndAgain() {
    try (EngineStore store = open()) {
      assertTold(".idx", () -> store.scavenge(ProgressListener.none()));
      assertMended(store);
    }
  }

  /** Nobody waits for a merge that is done beside the writing: it is tried again later. */
  @Test
  void aMergeEndsWhenItsFilesAreDamagedAgainAndAgain() {
    try (EngineStore store = open()) {
      disk.damageAll(".idx");
      int before = disk.damages;
      for (int i = 0; i < 200; i++) {
        store.append("new-" + i, any(), Event.json("T", "{}"));
      }
      assertThat(disk.damages).isGreaterThan(before).isLessThan(ENDLESS);
      disk.ending = "none";
      assertThat(store.read(Query.category("new")).toList()).hasSize(200);
    }
  }
}
