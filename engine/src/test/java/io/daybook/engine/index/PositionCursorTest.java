package io.daybook.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Unions and intersections, compared with those of sets. */
class PositionCursorTest {

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void uniteAndIntersectAsSetsDo(boolean backwards) {
    Random random = new Random(41);
    for (int round = 0; round < 500; round++) {
      List<TreeSet<Long>> sets = new ArrayList<>();
      int count = random.nextInt(6);
      for (int i = 0; i < count; i++) {
        TreeSet<Long> set = new TreeSet<>();
        random.longs(random.nextInt(60), 0, 80).forEach(set::add);
        sets.add(set);
      }
      TreeSet<Long> union = new TreeSet<>();
      sets.forEach(union::addAll);
      TreeSet<Long> intersection = new TreeSet<>(union);
      sets.forEach(intersection::retainAll);

      compare(
          union, random, backwards, () -> PositionCursor.union(all(sets, backwards), backwards));
      compare(
          intersection,
          random,
          backwards,
          () -> PositionCursor.intersection(all(sets, backwards), backwards));
      TreeSet<Long> both = new TreeSet<>(union);
      both.retainAll(LongStream.rangeClosed(20, 50).boxed().toList());
      compare(
          both,
          random,
          backwards,
          () ->
              PositionCursor.intersection(
                  List.of(
                      PositionCursor.range(20, 50, backwards),
                      PositionCursor.union(all(sets, backwards), backwards)),
                  backwards));
    }
  }

  private static void compare(
      NavigableSet<Long> expected,
      Random random,
      boolean backwards,
      Supplier<PositionCursor> cursor) {
    List<Long> inOrder = new ArrayList<>(backwards ? expected.descendingSet() : expected);
    assertThat(IndexViewTest.drain(cursor.get())).isEqualTo(inOrder);

    PositionCursor seeking = cursor.get();
    List<Long> left = new ArrayList<>(inOrder);
    while (true) {
      long reached;
      if (random.nextBoolean()) {
        reached = seeking.next();
      } else {
        long position = random.nextInt(80);
        left.removeIf(p -> backwards ? p > position : p < position);
        reached = seeking.seek(position);
      }
      if (left.isEmpty()) {
        assertThat(reached).isEqualTo(PositionCursor.END);
        return;
      }
      assertThat(reached).isEqualTo(left.removeFirst());
    }
  }

  private static List<PositionCursor> all(
      List<? extends NavigableSet<Long>> sets, boolean backwards) {
    return sets.stream()
        .map(set -> new OfList(new ArrayList<>(backwards ? set.descendingSet() : set), backwards))
        .map(PositionCursor.class::cast)
        .toList();
  }

  @Test
  void keepsTheBoundsOfARange() {
    assertThat(IndexViewTest.drain(PositionCursor.range(3, 5, false))).containsExactly(3L, 4L, 5L);
    assertThat(IndexViewTest.drain(PositionCursor.range(3, 5, true))).containsExactly(5L, 4L, 3L);
    assertThat(IndexViewTest.drain(PositionCursor.range(3, 2, true))).isEmpty();
    assertThat(IndexViewTest.drain(PositionCursor.range(3, 3, false))).containsExactly(3L);
    assertThat(PositionCursor.range(3, 9, false).seek(7)).isEqualTo(7);
    assertThat(PositionCursor.range(3, 9, true).seek(20)).isEqualTo(9);
    assertThat(PositionCursor.range(3, 9, true).seek(2)).isEqualTo(PositionCursor.END);
    long[] target = new long[4];
    for (boolean backwards : new boolean[] {false, true}) {
      PositionCursor cursor = PositionCursor.range(3, 9, backwards);
      assertThat(cursor.fill(target)).isEqualTo(4);
      assertThat(target)
          .containsExactly(backwards ? new long[] {9, 8, 7, 6} : new long[] {3, 4, 5, 6});
      assertThat(cursor.fill(target)).isEqualTo(3);
      assertThat(target).startsWith(backwards ? new long[] {5, 4, 3} : new long[] {7, 8, 9});
      assertThat(cursor.fill(target)).isZero();
      assertThat(cursor.next()).isEqualTo(PositionCursor.END);
      assertThat(PositionCursor.range(9, 3, backwards).fill(target)).isZero();
      PositionCursor beyond = PositionCursor.range(3, 9, backwards);
      assertThat(beyond.seek(backwards ? 0 : 20)).isEqualTo(PositionCursor.END);
      assertThat(beyond.fill(target)).isZero();
    }
  }

  /** The plainest cursor. */
  private static final class OfList extends PositionCursor {
    private final List<Long> positions;
    private final boolean backwards;

    OfList(List<Long> positions, boolean backwards) {
      this.positions = positions;
      this.backwards = backwards;
    }

    @Override
    public long next() {
      return positions.isEmpty() ? END : positions.removeFirst();
    }

    @Override
    public long seek(long position) {
      positions.removeIf(p -> backwards ? p > position : p < position);
      return next();
    }
  }
}
