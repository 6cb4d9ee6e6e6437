/**
 * The settings that Foldwise's programs understand. {@link org.foldwise.registry.settings.SettingsCheck} stops a start that was given
 * others.
 */
@NullMarked
package org.foldwise.registry.settings;

import org.jspecify.annotations.NullMarked;
