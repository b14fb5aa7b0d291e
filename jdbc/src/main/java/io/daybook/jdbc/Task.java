package io.daybook.jdbc;

import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventsourcing.projection.ProjectionListener;
import io.daybook.eventsourcing.subscription.DeadLetters;
import io.daybook.eventsourcing.subscription.FailurePolicy;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import java.util.function.Function;

/**
 * What a worker does: the handlers of a partition of a build, or the effects.
 *
 * @param work names its lease and its checkpoint
 * @param label names it to listeners
 * @param build whose tables are written; 0 for effects
 * @param partition which, from 0
 * @param partitions of how many
 * @param batchEvents how many events are in a transaction at most
 */
record Task(
    String work,
    String label,
    int build,
    int partition,
    int partitions,
    int batchEvents,
    String name,
    Projection<Sql> projection,
    Query query,
    FailurePolicy failures,
    ProjectionListener listener,
    Function<RecordedEvent, String> key) {

  static Task ofPartition(
      SqlProjection.Definition definition, Build build, int partition, int batchEvents) {
    String label =
        build.partitions() == 1 ? definition.name() : definition.name() + "#" + partition;
    return new Task(
        build.work(partition),
        label,
        build.number(),
        partition,
        build.partitions(),
        batchEvents,
        definition.name(),
        definition.handlers(),
        definition.handlers().query(),
        definition.failures(),
        definition.listener(),
        definition.key());
  }

  /** Effects are said to be done one by one, so that a crash repeats one at most. */
  static Task ofEffects(SqlProjection.Definition definition) {
    return new Task(
        effectsWork(definition.name()),
        definition.name() + "-effects",
        0,
        0,
        1,
        1,
        definition.name() + "-effects",
        definition.effects(),
        definition.effects().query(),
        definition.failures(),
        definition.listener(),
        definition.key());
  }

  static String effectsWork(String name) {
    return name + "/effects";
  }

  /** What is followed: what is read, and what tells of parked events. */
  static Query followed(SqlProjection.Definition definition) {
    return definition.handlers().query().or(Query.stream(DeadLetters.streamOf(definition.name())));
  }

  boolean has(RecordedEvent event) {
    return partitions == 1 || hasKey(key.apply(event));
  }

  boolean hasKey(String ofEvent) {
    return partitions == 1 || Projection.partitionOf(ofEvent, partitions) == partition;
  }
}
