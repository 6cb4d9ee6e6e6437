/**
 * The dependency rules R1 to R14 of {@code docs/architecture.md} as tests over the classes of all modules, and the proof that
 * each of them can fail. Main type: {@link org.foldwise.standalone.architecture.ArchitectureTest}.
 */
@NullMarked
package org.foldwise.standalone.architecture;

import org.jspecify.annotations.NullMarked;
