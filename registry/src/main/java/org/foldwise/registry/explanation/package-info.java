/**
 * Explanation checks: whether the maps that explain an evaluation's answers show what these rest on. {@link
 * org.foldwise.registry.explanation.ExplanationCheckRequests} queues them, {@link
 * org.foldwise.registry.explanation.ExplanationCheckReporting} is the only way by which workers write. Their reports are figures over many
 * images and name none.
 */
@NullMarked
package org.foldwise.registry.explanation;

import org.jspecify.annotations.NullMarked;
