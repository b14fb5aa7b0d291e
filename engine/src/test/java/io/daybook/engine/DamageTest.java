package io.daybook.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A disk that does not give back what was written is found out, by the thousand. The system
 * property {@code seeds} says how many stories are told, {@code seed} tells one of them again. What
 * {@link BitFlipTest} does to each bit of small stores, this does to all kinds of stores.
 */
@ExtendWith(QuietEngine.class)
final class DamageTest {
  private static final int SEEDS = Integer.getInteger("seeds", 10_000) / 50;

  /** Of each kind of damage between a fifth and a half is noticed; the rest does no harm. */
  private static final int NOTICED_AT_LEAST = SEEDS / 20;

  @ParameterizedTest
  @EnumSource
  void whatIsNotWhatWasWrittenIsNeverAnAnswer(DamageRun.Damage damage) {
    Long one = Long.getLong("seed");
    LongStream seeds = one != null ? LongStream.of(one) : LongStream.range(0, SEEDS);
    long noticed = seeds.parallel().filter(seed -> new DamageRun(seed, damage).run()).count();
    if (one == null) {
      assertThat(noticed).as("how often it was noticed").isGreaterThanOrEqualTo(NOTICED_AT_LEAST);
    }
  }
}
