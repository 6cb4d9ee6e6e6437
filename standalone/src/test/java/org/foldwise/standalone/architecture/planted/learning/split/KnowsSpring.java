package org.foldwise.standalone.architecture.planted.learning.split;

import org.springframework.stereotype.Component;

/** Breaks R2. */
@Component
final class KnowsSpring {}
