/**
 * The conformance suite: abstract JUnit tests that every event store passes, for anyone who writes
 * one.
 *
 * <p>Extend {@link io.daybook.tck.EventStoreTck} and say how a store is opened; the rest is
 * inherited. A store that is not there yet extends {@link io.daybook.tck.StoreFixture} and
 * implements the contracts one after another, each an interface of tests:
 *
 * <pre>{@code
 * class MyStoreTest extends StoreFixture implements AppendContract, ReadContract {
 *   @Override
 *   protected EventStore open(InstantSource clock) {
 *     return new MyStore(clock);
 *   }
 * }
 * }</pre>
 *
 * <p>A contract uses what {@link io.daybook.eventstore.EventStore} promises, and nothing else of a
 * store.
 */
@NullMarked
package io.daybook.tck;

import org.jspecify.annotations.NullMarked;
