package org.foldwise.registry.split;

/**
 * Patients whom a split trains on, validates on or holds out, and whom other splits of the project lock away.
 *
 * @param patients how many they are
 * @param splits how many splits lock some of them away
 */
public record LockedElsewhere(int patients, int splits) {}
