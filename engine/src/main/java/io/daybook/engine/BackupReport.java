package io.daybook.engine;

import io.daybook.eventstore.Checkpoint;

/**
 * What a backup, a snapshot or a restore made.
 *
 * @param head what the copy holds: everything up to this position of the store of that id and epoch
 * @param files how many files the copy has
 * @param bytes how many bytes they have
 * @param copiedFiles how many of the files were copied now; the others were there, or are linked
 * @param copiedBytes how many bytes were copied now
 */
public record BackupReport(
    Checkpoint head, int files, long bytes, int copiedFiles, long copiedBytes) {}
