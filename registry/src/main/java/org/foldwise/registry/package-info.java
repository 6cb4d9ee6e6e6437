/**
 * The lasting record of Foldwise: aggregates, migrations, the job queue and the artifact store, without any HTTP. The packages below
 * are the stages of the story in order, and each knows only those before it. This package holds what all of them need, ids and the
 * database's time, and {@link org.foldwise.registry.RegistryConfiguration}, the one class that an application imports.
 */
@NullMarked
package org.foldwise.registry;

import org.jspecify.annotations.NullMarked;
