import Testing

@Suite struct PluginKitPlaceholder {}
