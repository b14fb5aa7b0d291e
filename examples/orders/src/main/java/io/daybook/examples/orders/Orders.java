package io.daybook.examples.orders;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.decider.Rejected;
import io.daybook.eventsourcing.process.PendingTimer;
import io.daybook.eventsourcing.process.ProcessInstance;
import io.daybook.eventsourcing.process.ProcessRunner;
import io.daybook.eventsourcing.process.Processes;
import io.daybook.eventsourcing.process.Timers;
import io.daybook.eventsourcing.subscription.Checkpoints;
import io.daybook.eventstore.EventStore;
import io.daybook.examples.orders.Fulfilment.FulfilmentEvent;
import io.daybook.examples.orders.Stock.StockCommand;
import io.daybook.examples.orders.Stock.StockEvent;
import io.daybook.jackson.JsonCodec;
import io.daybook.jdbc.JdbcCheckpoints;
import io.daybook.jdbc.JdbcLeases;
import io.daybook.opentelemetry.TracedCodec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import javax.sql.DataSource;

/**
 * The side that writes: orders are streams {@code order-ID}, stock is {@code stock-PRODUCT}, and
 * the process between them is {@code fulfilment-ID}. May be used by any number of threads.
 *
 * <p>Commands return as soon as they are stored; what follows from them is done by {@link #run}, a
 * moment later.
 */
final class Orders {
  static final String ORDERS = "order";
  static final String STOCK = "stock";

  /** They record the trace in which an event is made, where there is one. */
  static final Codec<OrderEvent> ORDER_EVENTS = TracedCodec.of(JsonCodec.of(OrderEvent.class));

  static final Codec<StockEvent> STOCK_EVENTS = TracedCodec.of(JsonCodec.of(StockEvent.class));

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** How long the process stands still when the instance that has it dies. */
  private static final Duration LEASE = Duration.ofSeconds(3);

  private static final Duration LOOK = Duration.ofMillis(500);

  private final EventStore store;
  private final InstantSource clock;
  private final CommandHandler<OrderCommand, OrderEvent, Order> orders;
  private final CommandHandler<StockCommand, StockEvent, Stock> stock;

  /** On that store, where the clock tells the time. */
  Orders(EventStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
    orders = CommandHandler.of(ORDERS, Order.DECIDER, ORDER_EVENTS).on(store);
    stock = CommandHandler.of(STOCK, Stock.DECIDER, STOCK_EVENTS).on(store);
  }

  /** Today, in UTC or in the clock's zone if it has one. */
  LocalDate today() {
    return LocalDate.ofInstant(
        clock.instant(), clock instanceof Clock zoned ? zoned.getZone() : ZoneOffset.UTC);
  }

  /**
   * Carries out a command on an order, once per command id.
   *
   * @return the order after it
   * @throws Rejected if the rules do not allow it
   */
  Order handle(String id, OrderCommand command, String commandId) {
    if (command instanceof OrderCommand.Place) {
      Names.require("an order", id);
    }
    return orders.handle(id, command, commandId).state();
  }

  /**
   * Carries out a command on the stock of a product, once per command id.
   *
   * @return the stock after it
   * @throws Rejected if the rules do not allow it
   */
  Stock handle(String product, StockCommand command, String commandId) {
    Names.require("a product", product);
    return stock.handle(product, command, commandId).state();
  }

  /**
   * An order as it is now.
   *
   * @throws Rejected if there is no such order
   */
  Order order(String id) {
    Order order = orders.stateOf(id);
    if (order.status() == Order.Status.NONE) {
      throw new Rejected("unknown-order", "there is no order " + id);
    }
    return order;
  }

  /** The stock of a product as it is now. */
  Stock stock(String product) {
    return stock.stateOf(product);
  }

  /** The events of an order. */
  List<Recorded<OrderEvent>> history(String id) {
    var _ = order(id);
    return orders.history(id).toList();
  }

  /** The process and its timers, until this is closed. */
  Running run() {
    return new Running(process().checkpoints(Checkpoints.in(store)));
  }

  /**
   * The same, where other instances of the application do the same on the same store: one of them
   * has the process, the others stand by, and one of these takes over when it ends or dies.
   *
   * @param shared a database that all of them have; it keeps who has the process, and how far it is
   */
  Running runSharedBy(DataSource shared) {
    return new Running(
        process()
            .sharedBy(new JdbcLeases(shared, LEASE), LOOK)
            .checkpoints(new JdbcCheckpoints(shared)));
  }

  private ProcessRunner.Builder<Fulfilment> process() {
    return Fulfilment.process(ORDER_EVENTS, STOCK_EVENTS, JsonCodec.of(FulfilmentEvent.class))
        .on(store)
        .sending(
            OrderCommand.class,
            JsonCodec.of(OrderCommand.class),
            (id, command, commandId) -> orders.handle(id, command, commandId))
        .sending(
            StockCommand.class,
            JsonCodec.of(StockCommand.class),
            (id, command, commandId) -> stock.handle(id, command, commandId));
  }

  /** Has the process do all that is due now. */
  void work() {
    try (Running running = run()) {
      running.settle();
    }
  }

  /**
   * Has timers fire whose time has come, with all that follows: before anything else is decided.
   */
  void catchUp() {
    Instant now = clock.instant();
    if (timers().stream().anyMatch(timer -> !timer.due().isAfter(now))) {
      work();
    }
  }

  /** The timers that have not fired, the earliest first. */
  List<PendingTimer> timers() {
    return Timers.pending(store);
  }

  /** The instances of the process. */
  List<ProcessInstance> instances() {
    return ProcessInstance.list(store, Fulfilment.NAME);
  }

  /** The process at work. */
  final class Running implements AutoCloseable {
    private final ProcessRunner<Fulfilment> runner;
    private final Processes processes;

    private Running(ProcessRunner.Builder<Fulfilment> process) {
      runner = process.run();
      processes = Processes.of(Timers.run(store, clock), runner);
    }

    /** Waits until all is done that is due now, also what that leads to. */
    void settle() {
      processes.awaitSettled(PATIENCE);
    }

    /** What runs the process. */
    ProcessRunner<?> runner() {
      return runner;
    }

    /** Tries an instance again that stands still; whether it goes on. */
    boolean retry(String instance) {
      return runner.retry(instance);
    }

    @Override
    public void close() {
      processes.close();
    }
  }
}
