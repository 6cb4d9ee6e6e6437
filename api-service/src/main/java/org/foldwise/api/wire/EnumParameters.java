package org.foldwise.api.wire;

import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.converter.Converter;
import org.springframework.core.convert.converter.ConverterFactory;
import org.springframework.format.FormatterRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Reads enums in queries and paths by their names on the wire. */
@Configuration(proxyBeanMethods = false)
class EnumParameters implements WebMvcConfigurer {
    @Override
    public void addFormatters(FormatterRegistry registry) {
        registry.addConverterFactory(new ByWireName());
    }

    @SuppressWarnings("rawtypes")
    private static final class ByWireName implements ConverterFactory<String, Enum> {
        @Override
        public <T extends Enum> Converter<String, T> getConverter(Class<T> type) {
            return name -> {
                int index = WireNames.of(type).indexOf(name);
                if (index < 0) {
                    throw new IllegalArgumentException("no such constant of " + type.getSimpleName());
                }
                return type.getEnumConstants()[index];
            };
        }
    }
}
