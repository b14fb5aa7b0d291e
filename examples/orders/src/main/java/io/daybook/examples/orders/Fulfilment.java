package io.daybook.examples.orders;

import static io.daybook.eventsourcing.process.Reaction.cancel;
import static io.daybook.eventsourcing.process.Reaction.end;
import static io.daybook.eventsourcing.process.Reaction.remember;
import static io.daybook.eventsourcing.process.Reaction.schedule;
import static io.daybook.eventsourcing.process.Reaction.scheduleAt;
import static io.daybook.eventsourcing.process.Reaction.send;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.process.FiredTimer;
import io.daybook.eventsourcing.process.ProcessManager;
import io.daybook.eventsourcing.process.Reaction;
import io.daybook.eventsourcing.process.RejectedCommand;
import io.daybook.examples.orders.OrderCommand.ConfirmStock;
import io.daybook.examples.orders.OrderCommand.Expire;
import io.daybook.examples.orders.OrderCommand.Refund;
import io.daybook.examples.orders.OrderCommand.RunOut;
import io.daybook.examples.orders.OrderEvent.GoodsReturned;
import io.daybook.examples.orders.OrderEvent.OrderCancelled;
import io.daybook.examples.orders.OrderEvent.OrderDelivered;
import io.daybook.examples.orders.OrderEvent.OrderPaid;
import io.daybook.examples.orders.OrderEvent.OrderPlaced;
import io.daybook.examples.orders.OrderEvent.OrderShipped;
import io.daybook.examples.orders.Stock.StockCommand.Release;
import io.daybook.examples.orders.Stock.StockCommand.Reserve;
import io.daybook.examples.orders.Stock.StockCommand.Restock;
import io.daybook.examples.orders.Stock.StockCommand.TakeOut;
import io.daybook.examples.orders.Stock.StockEvent;
import io.daybook.examples.orders.Stock.StockEvent.StockReserved;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What has to happen around an order: its stock is reserved, or the order is cancelled; it is paid
 * within 30 minutes, or cancelled; what is cancelled is released and paid back; what is shipped
 * leaves the stock, and what comes back enters it. One instance per order, with the order's id.
 *
 * @param products what the order is about
 * @param reserved those whose stock is reserved
 * @param placedOn when it was ordered
 * @param paid what was paid
 */
record Fulfilment(Set<String> products, Set<String> reserved, LocalDate placedOn, BigDecimal paid) {
  static final String NAME = "fulfilment";
  static final Duration TIME_TO_PAY = Duration.ofMinutes(30);

  private static final String UNPAID = "unpaid";
  private static final String RETURNS_OVER = "returns-over";

  /** What it remembers. */
  sealed interface FulfilmentEvent {

    /** It began. */
    record FulfilmentBegan(Set<String> products, LocalDate placedOn) implements FulfilmentEvent {
      /** Copies the collection. */
      public FulfilmentBegan {
        products = new LinkedHashSet<>(products);
      }
    }

    /** The stock of one of its products is reserved. */
    record ProductSecured(String product) implements FulfilmentEvent {}

    /** Its payment was seen. */
    record PaymentSeen(BigDecimal amount) implements FulfilmentEvent {}
  }

  /** The process, reading by those codecs. */
  static ProcessManager<Fulfilment> process(
      Codec<OrderEvent> orders, Codec<StockEvent> stock, Codec<FulfilmentEvent> own) {
    return ProcessManager.named(NAME, initial())
        .evolving(own, Fulfilment::evolve)
        .reading(orders, Orders.ORDERS)
        .reading(stock, Orders.STOCK)
        .startedBy(OrderPlaced.class, Recorded::streamId, (_, e) -> begin(e))
        .on(StockReserved.class, e -> e.event().order(), Fulfilment::secured)
        .onRejected(Reserve.class, Fulfilment::outOfStock)
        .on(
            OrderPaid.class,
            Recorded::streamId,
            (_, e) ->
                List.of(
                    remember(new FulfilmentEvent.PaymentSeen(e.event().amount())), cancel(UNPAID)))
        .onTimer(UNPAID, Fulfilment::notPaid)
        .on(OrderCancelled.class, Recorded::streamId, Fulfilment::cancelled)
        .on(
            OrderShipped.class,
            Recorded::streamId,
            (state, e) -> state.toStock(new TakeOut(e.streamId())))
        .on(
            OrderDelivered.class,
            Recorded::streamId,
            (_, e) ->
                List.of(
                    scheduleAt(
                        RETURNS_OVER,
                        // the last day counts to its end
                        e.event()
                            .date()
                            .plusDays(Order.DAYS_TO_RETURN + 1L)
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant())))
        .on(
            GoodsReturned.class,
            Recorded::streamId,
            (_, e) ->
                List.of(send(e.event().product(), new Restock(e.streamId(), e.event().quantity()))))
        .onTimer(RETURNS_OVER, (_, _) -> List.of(end()));
  }

  static Fulfilment initial() {
    return new Fulfilment(Set.of(), Set.of(), LocalDate.EPOCH, BigDecimal.ZERO);
  }

  static Fulfilment evolve(Fulfilment state, FulfilmentEvent event) {
    return switch (event) {
      case FulfilmentEvent.FulfilmentBegan(var products, var placedOn) ->
          new Fulfilment(products, Set.of(), placedOn, BigDecimal.ZERO);
      case FulfilmentEvent.ProductSecured(var product) -> {
        var more = new HashSet<>(state.reserved);
        more.add(product);
        yield new Fulfilment(state.products, Set.copyOf(more), state.placedOn, state.paid);
      }
      case FulfilmentEvent.PaymentSeen(var amount) ->
          new Fulfilment(state.products, state.reserved, state.placedOn, amount);
    };
  }

  private static List<Reaction> begin(Recorded<OrderPlaced> placed) {
    OrderPlaced order = placed.event();
    var products = new LinkedHashSet<String>();
    order.lines().forEach(line -> products.add(line.product()));
    var reactions = new ArrayList<Reaction>();
    reactions.add(remember(new FulfilmentEvent.FulfilmentBegan(products, order.date())));
    reactions.add(schedule(UNPAID, TIME_TO_PAY));
    for (OrderLine line : order.lines()) {
      reactions.add(send(line.product(), new Reserve(placed.streamId(), line.quantity())));
    }
    return reactions;
  }

  private List<Reaction> secured(Recorded<StockReserved> reservation) {
    String product = reservation.streamId();
    var all = new HashSet<>(reserved);
    all.add(product);
    Reaction secured = remember(new FulfilmentEvent.ProductSecured(product));
    return all.containsAll(products)
        ? List.of(secured, send(reservation.event().order(), new ConfirmStock(placedOn)))
        : List.of(secured);
  }

  private List<Reaction> outOfStock(RejectedCommand<Reserve> rejected) {
    String why = rejected.id() + " is out of stock: " + rejected.message();
    return List.of(send(rejected.instance(), new RunOut(why, placedOn)));
  }

  private List<Reaction> notPaid(FiredTimer timer) {
    LocalDate day = LocalDate.ofInstant(timer.due(), ZoneOffset.UTC);
    String why = "not paid within " + TIME_TO_PAY.toMinutes() + " minutes";
    return List.of(send(timer.instance(), new Expire(why, day)));
  }

  private List<Reaction> cancelled(Recorded<OrderCancelled> cancelled) {
    var reactions = toStock(new Release(cancelled.streamId()));
    if (paid.signum() > 0) {
      reactions.add(send(cancelled.streamId(), new Refund(paid, cancelled.event().date())));
    }
    reactions.add(end());
    return reactions;
  }

  private List<Reaction> toStock(Stock.StockCommand command) {
    var reactions = new ArrayList<Reaction>();
    for (String product : products) {
      reactions.add(send(product, command));
    }
    return reactions;
  }
}
