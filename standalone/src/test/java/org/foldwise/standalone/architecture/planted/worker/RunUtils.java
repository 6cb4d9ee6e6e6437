package org.foldwise.standalone.architecture.planted.worker;

/** Breaks R10. */
final class RunUtils {}
