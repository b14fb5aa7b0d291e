package io.daybook.examples.orders;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventsourcing.snapshot.EventStoreSnapshots;
import io.daybook.eventsourcing.snapshot.StateCodec;
import io.daybook.eventsourcing.subscription.FailurePolicy;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Payload;
import io.daybook.examples.orders.OrderEvent.OrderCancelled;
import io.daybook.examples.orders.OrderEvent.OrderDelivered;
import io.daybook.examples.orders.OrderEvent.OrderPacked;
import io.daybook.examples.orders.OrderEvent.OrderPaid;
import io.daybook.examples.orders.OrderEvent.OrderPlaced;
import io.daybook.examples.orders.OrderEvent.OrderRefunded;
import io.daybook.examples.orders.OrderEvent.OrderShipped;
import io.daybook.examples.orders.Stock.StockEvent;
import io.daybook.jackson.JsonState;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The side that reads: each view is made for one question, from the same events, and can be made
 * anew at any time. Views are changed in place, so they are read by one who folded them, or by
 * {@code ReadModel.query}.
 */
final class Views {
  /**
   * What becomes of an event that a followed view cannot take in: it waits aside, with what follows
   * of its order, and all other orders go on to be counted.
   */
  private static final FailurePolicy PARKING =
      FailurePolicy.park().withAttempts(3).withPauses(Duration.ofMillis(50), Duration.ofSeconds(1));

  private Views() {}

  /** An order that is not delivered and not cancelled. */
  record OpenOrder(
      String id, String customer, Order.Status status, BigDecimal price, LocalDate promisedBy) {
    OpenOrder as(Order.Status newStatus) {
      return new OpenOrder(id, customer, newStatus, price, promisedBy);
    }
  }

  /** Which orders are open? */
  static Projection<SortedMap<String, OpenOrder>> openOrders() {
    return Projection.<SortedMap<String, OpenOrder>>named("open-orders", TreeMap::new)
        .reading(Orders.ORDER_EVENTS, Orders.ORDERS)
        .update(OrderPlaced.class, (view, e) -> view.put(e.streamId(), openOrder(e)))
        .update(OrderPaid.class, (view, e) -> moveOn(view, e.streamId(), Order.Status.PAID))
        .update(OrderPacked.class, (view, e) -> moveOn(view, e.streamId(), Order.Status.PACKED))
        .update(OrderShipped.class, (view, e) -> moveOn(view, e.streamId(), Order.Status.SHIPPED))
        .update(OrderDelivered.class, (view, e) -> view.remove(e.streamId()))
        .update(OrderCancelled.class, (view, e) -> view.remove(e.streamId()));
  }

  /**
   * The same, kept in the store now and then, so that who starts anew reads only what came since.
   */
  static Projection<SortedMap<String, OpenOrder>> openOrdersKeptIn(EventStore store) {
    return openOrders().snapshots(1_000, new OpenOrdersState(), new EventStoreSnapshots(store));
  }

  /** The open orders as JSON. */
  private static final class OpenOrdersState implements StateCodec<SortedMap<String, OpenOrder>> {
    private record Kept(TreeMap<String, OpenOrder> orders) {}

    private static final JsonState<Kept> JSON = JsonState.of(Kept.class);

    @Override
    public String shape() {
      return JSON.shape();
    }

    @Override
    public Payload encode(SortedMap<String, OpenOrder> view) {
      return JSON.encode(new Kept(new TreeMap<>(view)));
    }

    @Override
    public SortedMap<String, OpenOrder> decode(Payload state) {
      return JSON.decode(state).orders;
    }
  }

  private static OpenOrder openOrder(Recorded<OrderPlaced> placed) {
    OrderPlaced event = placed.event();
    BigDecimal price =
        event.lines().stream().map(OrderLine::price).reduce(BigDecimal.ZERO, BigDecimal::add);
    return new OpenOrder(
        placed.streamId(), event.customer(), Order.Status.PLACED, price, event.promisedBy());
  }

  private static void moveOn(SortedMap<String, OpenOrder> view, String id, Order.Status status) {
    view.computeIfPresent(id, (_, order) -> order.as(status));
  }

  /** The money of a day. */
  record Day(BigDecimal paid, BigDecimal refunded) {
    BigDecimal revenue() {
      return paid.subtract(refunded);
    }

    static Day add(Day a, Day b) {
      return new Day(a.paid.add(b.paid), a.refunded.add(b.refunded));
    }
  }

  /** What came in on which day? */
  static Projection<SortedMap<LocalDate, Day>> revenuePerDay() {
    return revenuePerDay(Orders.ORDER_EVENTS);
  }

  static Projection<SortedMap<LocalDate, Day>> revenuePerDay(Codec<OrderEvent> codec) {
    return Projection.<SortedMap<LocalDate, Day>>named("revenue", TreeMap::new)
        .reading(codec, Orders.ORDERS)
        .onFailure(PARKING)
        .update(
            OrderPaid.class,
            (view, e) ->
                view.merge(
                    e.event().date(), new Day(e.event().amount(), BigDecimal.ZERO), Day::add))
        .update(
            OrderRefunded.class,
            (view, e) ->
                view.merge(
                    e.event().date(), new Day(BigDecimal.ZERO, e.event().amount()), Day::add));
  }

  /** What is in stock? */
  static Projection<SortedMap<String, Stock>> stock() {
    return Projection.<SortedMap<String, Stock>>named("stock", TreeMap::new)
        .reading(Orders.STOCK_EVENTS, Orders.STOCK)
        .update(
            StockEvent.class,
            (view, e) -> {
              Stock before = view.getOrDefault(e.streamId(), Stock.DECIDER.initial());
              view.put(e.streamId(), Stock.evolve(before, e.event()));
            });
  }

  /**
   * A shipment and its promise.
   *
   * @param shippedOn when it was shipped; null if it was not
   */
  record Shipment(
      String order, String customer, LocalDate promisedBy, @Nullable LocalDate shippedOn) {
    /** By how many days it is late on that day; not more than 0 if it is not. */
    long daysLate(LocalDate today) {
      return ChronoUnit.DAYS.between(promisedBy, shippedOn == null ? today : shippedOn);
    }
  }

  /** Which shipments were promised when? */
  static Projection<SortedMap<String, Shipment>> shipments() {
    return Projection.<SortedMap<String, Shipment>>named("shipments", TreeMap::new)
        .reading(Orders.ORDER_EVENTS, Orders.ORDERS)
        .onFailure(PARKING)
        .update(
            OrderPlaced.class,
            (view, e) ->
                view.put(
                    e.streamId(),
                    new Shipment(e.streamId(), e.event().customer(), e.event().promisedBy(), null)))
        .update(
            OrderShipped.class,
            (view, e) ->
                view.computeIfPresent(
                    e.streamId(),
                    (_, s) -> new Shipment(s.order, s.customer, s.promisedBy, e.event().date())))
        .update(OrderCancelled.class, (view, e) -> view.remove(e.streamId()));
  }

  /** Those that are late on that day, or were, the latest first. */
  static List<Shipment> late(SortedMap<String, Shipment> shipments, LocalDate today) {
    var late = new ArrayList<Shipment>();
    for (Shipment shipment : shipments.values()) {
      if (shipment.daysLate(today) > 0) {
        late.add(shipment);
      }
    }
    late.sort(Comparator.comparingLong((Shipment s) -> -s.daysLate(today)));
    return late;
  }
}
