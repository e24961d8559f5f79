// The façade: who imports KubelogKit has the rooms behind it.
@_exported public import KubelogLive
@_exported public import KubelogParse
@_exported public import KubelogQuery
@_exported public import KubelogReport
@_exported public import KubelogScan
@_exported public import KubelogStore
