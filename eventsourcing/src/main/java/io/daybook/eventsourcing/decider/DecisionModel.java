package io.daybook.eventsourcing.decider;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * All that a decision needs to know, composed of views: the consistency boundary of that one
 * decision. A {@link DecisionHandler} reads the events of all views at once, and appends what is
 * decided only if none was added to any of them. Immutable; may be shared.
 *
 * <pre>{@code
 * DecisionModel.of(capacity(course), seatsTaken(course), coursesOf(student), Subscription::new)
 * }</pre>
 *
 * <p>The idea is that of dynamic consistency boundaries, <a
 * href="https://dcb.events">dcb.events</a>.
 *
 * @param <S> what the views' states are composed to
 */
public final class DecisionModel<S> {
  private final List<View<?>> views;
  private final Function<List<Object>, S> compose;

  /**
   * Makes one of three.
   *
   * @param <A> the first
   * @param <B> the second
   * @param <C> the third
   * @param <R> what is made
   */
  @FunctionalInterface
  public interface Three<A, B, C, R> {
    /** Makes one of three. */
    R apply(A a, B b, C c);
  }

  /**
   * Makes one of four.
   *
   * @param <A> the first
   * @param <B> the second
   * @param <C> the third
   * @param <D> the fourth
   * @param <R> what is made
   */
  @FunctionalInterface
  public interface Four<A, B, C, D, R> {
    /** Makes one of four. */
    R apply(A a, B b, C c, D d);
  }

  /**
   * Makes one of five.
   *
   * @param <A> the first
   * @param <B> the second
   * @param <C> the third
   * @param <D> the fourth
   * @param <E> the fifth
   * @param <R> what is made
   */
  @FunctionalInterface
  public interface Five<A, B, C, D, E, R> {
    /** Makes one of five. */
    R apply(A a, B b, C c, D d, E e);
  }

  private record Two<A, B>(A a, B b) {}

  private DecisionModel(List<View<?>> views, Function<List<Object>, S> compose) {
    this.views = views;
    this.compose = compose;
  }

  /** A decision by one view. */
  @SuppressWarnings("unchecked") // the one state is this view's
  public static <S> DecisionModel<S> of(View<S> view) {
    Objects.requireNonNull(view, "view");
    return new DecisionModel<>(List.of(view), states -> (S) states.getFirst());
  }

  /** A decision by two views. */
  public static <A, B, R> DecisionModel<R> of(
      View<A> a, View<B> b, BiFunction<? super A, ? super B, ? extends R> compose) {
    return of(a).and(of(b), compose);
  }

  /** A decision by three views. */
  public static <A, B, C, R> DecisionModel<R> of(
      View<A> a,
      View<B> b,
      View<C> c,
      Three<? super A, ? super B, ? super C, ? extends R> compose) {
    Objects.requireNonNull(compose, "compose");
    return of(a, b, Two<A, B>::new).and(of(c), (ab, z) -> compose.apply(ab.a, ab.b, z));
  }

  /** A decision by four views. */
  public static <A, B, C, D, R> DecisionModel<R> of(
      View<A> a,
      View<B> b,
      View<C> c,
      View<D> d,
      Four<? super A, ? super B, ? super C, ? super D, ? extends R> compose) {
    Objects.requireNonNull(compose, "compose");
    return of(a, b, Two<A, B>::new)
        .and(of(c, d, Two<C, D>::new), (ab, cd) -> compose.apply(ab.a, ab.b, cd.a, cd.b));
  }

  /** A decision by five views. */
  public static <A, B, C, D, E, R> DecisionModel<R> of(
      View<A> a,
      View<B> b,
      View<C> c,
      View<D> d,
      View<E> e,
      Five<? super A, ? super B, ? super C, ? super D, ? super E, ? extends R> compose) {
    Objects.requireNonNull(compose, "compose");
    DecisionModel<Two<C, D>> cAndD = of(c, d, Two<C, D>::new);
    return of(a, b, Two<A, B>::new)
        .and(
            cAndD.and(of(e), Two<Two<C, D>, E>::new),
            (ab, cde) -> compose.apply(ab.a, ab.b, cde.a.a, cde.a.b, cde.b));
  }

  /**
   * A decision by any number of views of one kind, for example the stock of each product of an
   * order. The states have the order of the views.
   *
   * @throws IllegalArgumentException if there is no view
   */
  public static <S> DecisionModel<List<S>> ofAll(List<View<S>> views) {
    if (views.isEmpty()) {
      throw new IllegalArgumentException("a decision model needs at least one view");
    }
    DecisionModel<List<S>> model = of(views.getFirst()).map(List::of);
    for (View<S> view : views.subList(1, views.size())) {
      model = model.and(of(view), DecisionModel::plus);
    }
    return model;
  }

  /** This and another model as one. */
  public <T, R> DecisionModel<R> and(
      DecisionModel<T> other, BiFunction<? super S, ? super T, ? extends R> both) {
    Objects.requireNonNull(both, "both");
    var all = new ArrayList<View<?>>(views);
    all.addAll(other.views);
    int mine = views.size();
    return new DecisionModel<>(
        List.copyOf(all),
        states ->
            both.apply(
                compose.apply(states.subList(0, mine)),
                other.compose.apply(states.subList(mine, states.size()))));
  }

  /** The same views, seen otherwise. */
  public <R> DecisionModel<R> map(Function<? super S, ? extends R> to) {
    Objects.requireNonNull(to, "to");
    return new DecisionModel<>(views, states -> to.apply(compose.apply(states)));
  }

  List<View<?>> views() {
    return views;
  }

  /** What the views' states, in their order, come to. */
  S composed(List<Object> states) {
    return compose.apply(states);
  }

  private static <S> List<S> plus(List<S> before, S next) {
    var all = new ArrayList<>(before);
    all.add(next);
    return List.copyOf(all);
  }

  /** The names of the views. */
  @Override
  public String toString() {
    return views.toString();
  }
}
