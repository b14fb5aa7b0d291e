package io.daybook.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.daybook.engine.io.ColdDisk;
import io.daybook.engine.io.Disk;
import io.daybook.engine.io.LyingDisk;
import io.daybook.engine.log.BegunAppends;
import io.daybook.engine.log.TrustedFrames;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The engine keeps its promises through crashes, kills and failing disks, by the thousand. The
 * system property {@code seeds} says how many stories are told, {@code firstSeed} with which seed
 * they begin, and {@code seed} tells one of them again.
 */
@ExtendWith(QuietEngine.class)
final class CrashTest {
  private static final int SEEDS = Integer.getInteger("seeds", 10_000);

  private static final long FIRST_SEED = Long.getLong("firstSeed", 0);

  private static final int AT_ONCE = 10_000;

  /** Within so many stories each bug is found. */
  private static final int SEEDS_FOR_A_BUG = 400;

  @Test
  void nothingAcknowledgedIsLostAndNothingElseIsFoundInPart() {
    tell(SEEDS, seed -> new CrashRun(seed, new EngineOpener()).run());
  }

  @Test
  void norIsItWhereTheStoreIsEncryptedAndGetsOtherKeys() {
    tell(SEEDS / 20, seed -> new CrashRun(seed, EngineOpener.encrypted()).run());
  }

  @Test
  void betweenSyncsOnlyTheLastIsLostAndNothingIsFoundInPart() {
    var opener = new EngineOpener(Durability.interval(Duration.ofSeconds(1)));
    tell(SEEDS / 20, seed -> new CrashRun(seed, opener).run());
  }

  @Test
  void norIsItWhereEachReadWaitsForTheDisk() {
    tell(SEEDS / 20, seed -> new CrashRun(seed, new EngineOpener(), ColdDisk::new).run());
  }

  @ParameterizedTest
  @EnumSource
  void aDiskThatLiesIsFoundOut(LyingDisk.Lie lie) {
    var _ = foundOut(seed -> seed, (seed, disk) -> new LyingDisk(disk, lie, seed));
  }

  @Test
  void aRecoveryThatTrustsATornFrameIsFoundOut() {
    TrustedFrames frames = foundOut(_ -> new TrustedFrames(), TrustedFrames::on);
    assertThat(frames.trusted()).isPositive();
  }

  @Test
  void aRecoveryThatTakesTheBeginningOfAnAppendIsFoundOut() {
    BegunAppends appends = foundOut(_ -> new BegunAppends(), BegunAppends::on);
    assertThat(appends.trusted()).isPositive();
  }

  /** Each story gets the bug anew; that of the first story which finds it out is returned. */
  private static <B> B foundOut(LongFunction<B> newBug, BiFunction<B, Disk, Disk> diskWithBug) {
    for (long seed = 0; seed < SEEDS_FOR_A_BUG; seed++) {
      B bug = newBug.apply(seed);
      try {
        new CrashRun(seed, new EngineOpener(), disk -> diskWithBug.apply(bug, disk)).run();
      } catch (AssertionError e) {
        assertThat(e).hasMessageContaining("seed " + seed);
        return bug;
      }
    }
    return fail("%s stories did not find out the bug", SEEDS_FOR_A_BUG);
  }

  /** In parts, since threads share a large range badly, and to show how far it is. */
  private static void tell(int count, LongConsumer story) {
    Long one = Long.getLong("seed");
    if (one != null) {
      story.accept(one);
      return;
    }
    long end = FIRST_SEED + count;
    for (long from = FIRST_SEED; from < end; from += AT_ONCE) {
      long to = Math.min(from + AT_ONCE, end);
      LongStream.range(from, to).parallel().forEach(story);
      if (count > AT_ONCE) {
        System.out.printf("stories up to seed %,d of %,d%n", to, end);
      }
    }
  }
}
