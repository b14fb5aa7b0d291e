package io.daybook.testkit;

import io.daybook.eventsourcing.decider.DecisionModel;
import io.daybook.eventsourcing.decider.Rejected;
import io.daybook.eventsourcing.decider.View;
import io.daybook.jackson.JsonCodec;
import java.util.List;

/** Course subscriptions: no course above its capacity, no student in more than five courses. */
final class Courses {
  static final int COURSES_PER_STUDENT = 5;

  private Courses() {}

  sealed interface CourseEvent {
    record CourseDefined(String course, int capacity) implements CourseEvent {}

    record CapacityChanged(String course, int capacity) implements CourseEvent {}

    record Subscribed(String student, String course) implements CourseEvent {}

    record Unsubscribed(String student, String course) implements CourseEvent {}

    /** Of interest to nobody here, but it carries the course's tag. */
    record CourseRenamed(String course, String title) implements CourseEvent {}
  }

  static final JsonCodec<CourseEvent> CODEC =
      JsonCodec.of(
          CourseEvent.class,
          types ->
              types
                  .tagged(CourseEvent.CourseDefined.class, e -> List.of("course:" + e.course()))
                  .tagged(CourseEvent.CapacityChanged.class, e -> List.of("course:" + e.course()))
                  .tagged(CourseEvent.CourseRenamed.class, e -> List.of("course:" + e.course()))
                  .tagged(
                      CourseEvent.Subscribed.class,
                      e -> List.of("student:" + e.student(), "course:" + e.course()))
                  .tagged(
                      CourseEvent.Unsubscribed.class,
                      e -> List.of("student:" + e.student(), "course:" + e.course())));

  static String stream(CourseEvent event) {
    return switch (event) {
      case CourseEvent.CourseDefined e -> "course-" + e.course();
      case CourseEvent.CapacityChanged e -> "course-" + e.course();
      case CourseEvent.CourseRenamed e -> "course-" + e.course();
      case CourseEvent.Subscribed e -> "student-" + e.student();
      case CourseEvent.Unsubscribed e -> "student-" + e.student();
    };
  }

  /** What a subscription depends on. */
  record Subscription(int capacity, int seatsTaken, int coursesOfStudent, boolean subscribed) {}

  static View<Integer> capacity(String course) {
    return View.of("capacity", -1)
        .tagged("course:" + course)
        .on(CourseEvent.CourseDefined.class, (_, e) -> e.capacity())
        .on(CourseEvent.CapacityChanged.class, (_, e) -> e.capacity());
  }

  static View<Integer> seatsTaken(String course) {
    return View.of("seats taken", 0)
        .tagged("course:" + course)
        .on(CourseEvent.Subscribed.class, (n, _) -> n + 1)
        .on(CourseEvent.Unsubscribed.class, (n, _) -> n - 1);
  }

  static View<Integer> coursesOf(String student) {
    return View.of("courses of the student", 0)
        .tagged("student:" + student)
        .on(CourseEvent.Subscribed.class, (n, _) -> n + 1)
        .on(CourseEvent.Unsubscribed.class, (n, _) -> n - 1);
  }

  static View<Boolean> subscribed(String student, String course) {
    return View.of("subscribed", false)
        .tagged("student:" + student)
        .tagged("course:" + course)
        .on(CourseEvent.Subscribed.class, (_, _) -> true)
        .on(CourseEvent.Unsubscribed.class, (_, _) -> false);
  }

  static DecisionModel<Subscription> subscription(String student, String course) {
    return DecisionModel.of(
        capacity(course),
        seatsTaken(course),
        coursesOf(student),
        subscribed(student, course),
        Subscription::new);
  }

  static List<CourseEvent> define(int capacityBefore, String course, int capacity) {
    if (capacityBefore >= 0) {
      throw new Rejected("course exists");
    }
    return List.of(new CourseEvent.CourseDefined(course, capacity));
  }

  static List<CourseEvent> subscribe(Subscription now, String student, String course) {
    if (now.capacity < 0) {
      throw new Rejected("no such course");
    }
    if (now.subscribed) {
      throw new Rejected("already subscribed");
    }
    if (now.seatsTaken >= now.capacity) {
      throw new Rejected("course is full");
    }
    if (now.coursesOfStudent >= COURSES_PER_STUDENT) {
      throw new Rejected("too many courses");
    }
    return List.of(new CourseEvent.Subscribed(student, course));
  }
}
