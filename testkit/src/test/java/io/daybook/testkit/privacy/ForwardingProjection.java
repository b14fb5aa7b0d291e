package io.daybook.testkit.privacy;

import io.daybook.eventsourcing.projection.ProjectionException;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventsourcing.projection.RunningProjection;
import io.daybook.eventsourcing.subscription.DeadLetters;
import io.daybook.eventstore.Position;
import java.time.Duration;
import java.util.Optional;

/** Does what another does: a test changes one method. */
class ForwardingProjection implements RunningProjection {
  private final RunningProjection projection;

  ForwardingProjection(RunningProjection projection) {
    this.projection = projection;
  }

  @Override
  public String name() {
    return projection.name();
  }

  @Override
  public ReadModel.Status status() {
    return projection.status();
  }

  @Override
  public Optional<? extends ProjectionException> failure() {
    return projection.failure();
  }

  @Override
  public Position position() {
    return projection.position();
  }

  @Override
  public long lag() {
    return projection.lag();
  }

  @Override
  public Duration lagTime() {
    return projection.lagTime();
  }

  @Override
  public long unknownEvents() {
    return projection.unknownEvents();
  }

  @Override
  public DeadLetters deadLetters() {
    return projection.deadLetters();
  }

  @Override
  public DeadLetters deadEffects() {
    return projection.deadEffects();
  }

  @Override
  public void pause() {
    projection.pause();
  }

  @Override
  public void resume() {
    projection.resume();
  }

  @Override
  public void rebuild() {
    projection.rebuild();
  }

  @Override
  public void purge() {
    projection.purge();
  }
}
